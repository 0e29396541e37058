use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

use super::{Script, accept, catalogue, form};
use crate::{ServeConfig, ServeError, Server};

async fn bind(data: &std::path::Path) -> Result<Server, ServeError> {
    let listen = "127.0.0.1:0".parse().unwrap();
    let config = ServeConfig::new(listen, data.to_owned(), Arc::new(catalogue()), 1);
    Server::bind(config, Script(accept)).await
}

#[tokio::test]
async fn a_real_server_starts_answers_and_stops() {
    let data = tempfile::tempdir().unwrap();
    let server = bind(data.path()).await.unwrap();
    let address = server.address();
    assert_ne!(address.port(), 0);
    assert!(matches!(bind(data.path()).await, Err(ServeError::Store(_))), "one server per directory");
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(server.run(async move { drop(stopped.await) }));

    let body = form("package adder").to_string();
    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST /api/submissions HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");

    let idle = TcpStream::connect(address).await.unwrap();
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(20), running).await.expect("it stops").unwrap();
    drop(idle);
    bind(data.path()).await.expect("the directory is free again");
}
