use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::oneshot;

use super::{Script, accept, form, gate, library};
use crate::{ServeConfig, ServeError, Server};

fn config(data: &Path) -> ServeConfig {
    let listen = "127.0.0.1:0".parse().unwrap();
    ServeConfig::new(listen, data.into(), Arc::new(library()), 1)
}

async fn bind(data: &Path) -> Result<Server, ServeError> {
    Server::bind(config(data), Script(accept)).await
}

/// What a submit from that address of this machine gets, as text.
async fn post(server: SocketAddr, from: &str, forwarded: &str) -> String {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(from.parse().unwrap(), 0)).unwrap();
    let mut connection = socket.connect(server).await.unwrap();
    let body = form("package adder").to_string();
    let request = format!(
        "POST /api/submissions HTTP/1.1\r\nHost: {server}\r\nContent-Type: application/json\r\n\
         X-Forwarded-For: {forwarded}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    answer
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

    let answer = post(address, "127.0.0.1", "").await;
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");

    let idle = TcpStream::connect(address).await.unwrap();
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(20), running).await.expect("it stops").unwrap();
    drop(idle);
    bind(data.path()).await.expect("the directory is free again");
}

/// A server where two of one owner may wait: after four submits of `full`, whoever is the same owner is refused.
async fn check_owners(behind_proxy: bool, full: (&str, &str), same: (&str, &str), other: (&str, &str)) {
    let data = tempfile::tempdir().unwrap();
    let (grade, open) = gate();
    let grace = Duration::from_millis(50);
    let config = ServeConfig { behind_proxy, grace, most_waiting: 4, ..config(data.path()) };
    let server = Server::bind(config, grade).await.unwrap();
    let address = server.address();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(server.run(async move { drop(stopped.await) }));

    for _ in 0..4 {
        post(address, full.0, full.1).await;
    }
    let refused = post(address, same.0, same.1).await;
    assert!(refused.starts_with("HTTP/1.1 429") && refused.contains("too-many-waiting"), "{refused}");
    let taken = post(address, other.0, other.1).await;
    assert!(taken.starts_with("HTTP/1.1 202"), "{taken}");

    stop.send(()).unwrap();
    running.await.unwrap();
    drop(open);
}

#[tokio::test]
async fn an_owner_is_the_other_end_of_the_connection_whatever_it_says() {
    let full = ("127.0.0.1", "192.0.2.1");
    check_owners(false, full, ("127.0.0.1", "192.0.2.2"), ("127.0.0.2", "192.0.2.1")).await;
}

#[tokio::test]
async fn behind_a_proxy_an_owner_is_the_address_that_the_proxy_saw() {
    let full = ("127.0.0.1", "192.0.2.1");
    let same = ("127.0.0.2", "192.0.2.9, 192.0.2.1");
    check_owners(true, full, same, ("127.0.0.1", "192.0.2.1, 192.0.2.2")).await;
}
