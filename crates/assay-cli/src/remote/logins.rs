//! Who this user is at which server: one file in their configuration folder that only they can read.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::ServerUrl;
use crate::places::Places;
use crate::problem::Problem;

const NAME: &str = "logins.json";
/// What groups and others may do, of which they may do nothing.
const OTHERS: u32 = 0o077;

/// What proves to a server who one is. It is written into one file and into one header, and printed nowhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Token(String);

impl Token {
    /// As it goes into a header.
    pub(crate) fn secret(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Token {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Token, &'static str> {
        let fits = (1..=4096).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Token(text)) } else { Err("it is no token") }
    }
}

impl From<Token> for String {
    fn from(token: Token) -> String {
        token.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// All logins of this user.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Logins {
    /// The server of the latest login, which commands mean that name none.
    pub(crate) latest: Option<ServerUrl>,
    servers: BTreeMap<ServerUrl, Token>,
}

impl Logins {
    /// What is kept, as it is now.
    pub(crate) fn read(places: &Places) -> Result<Logins, Problem> {
        let path = folder(places)?.join(NAME);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Logins::default()),
            Err(e) => return Err(Problem::path("read your logins from", &path, &e)),
        };
        let cannot = |e: io::Error| Problem::path("read your logins from", &path, &e);
        if file.metadata().map_err(cannot)?.permissions().mode() & OTHERS != 0 {
            return Err(Problem::input(
                format!("`{}` holds your logins, and others can read it", path.display()),
                format!(
                    "chmod 600 {0}; if others use this machine, delete it and log in anew",
                    crate::start::shell_word(&path)
                ),
            ));
        }
        serde_json::from_reader(io::BufReader::new(file)).map_err(|e| {
            // Only the place: the text around it may be a token.
            Problem::input(
                format!("`{}:{}`: this is not what assay writes there", path.display(), e.line()),
                "delete the file and log in again",
            )
        })
    }

    /// The login at a server.
    pub(crate) fn at(&self, server: &ServerUrl) -> Option<&Token> {
        self.servers.get(server)
    }

    /// The servers with a login.
    pub(crate) fn servers(&self) -> impl Iterator<Item = &ServerUrl> {
        self.servers.keys()
    }

    /// Keep a login, which becomes the latest.
    pub(crate) fn add(&mut self, server: &ServerUrl, token: Token) {
        self.servers.insert(server.clone(), token);
        self.latest = Some(server.clone());
    }

    /// Drop a login; whether there was one.
    pub(crate) fn remove(&mut self, server: &ServerUrl) -> bool {
        let was = self.servers.remove(server).is_some();
        if self.latest.as_ref() == Some(server) {
            self.latest = self.servers.keys().next().cloned();
        }
        was
    }
}

/// Change what is kept; two commands that do so at the same time do it one after the other.
pub(crate) fn change<T>(places: &Places, change: impl FnOnce(&mut Logins) -> T) -> Result<T, Problem> {
    let folder = folder(places)?;
    let cannot = |e: io::Error| Problem::path("keep your logins in", &folder, &e);
    DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(cannot)?;
    let lock = File::create(folder.join("logins.lock")).map_err(cannot)?;
    lock.lock().map_err(cannot)?;
    let mut logins = Logins::read(places)?;
    let result = change(&mut logins);
    write(&folder, &logins).map_err(cannot)?;
    Ok(result)
}

/// All or nothing, and never readable by others, not even for a moment: temporary files are made so.
fn write(folder: &Path, logins: &Logins) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut file, logins)?;
    file.write_all(b"\n")?;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o600))?;
    file.as_file().sync_all()?;
    file.persist(folder.join(NAME))?;
    Ok(())
}

fn folder(places: &Places) -> Result<PathBuf, Problem> {
    places.config.clone().ok_or_else(|| {
        Problem::input(
            "neither HOME nor XDG_CONFIG_HOME names a folder, so there is no place for your logins",
            "set XDG_CONFIG_HOME to a folder of yours",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::PlaceArgs;

    fn places(dir: &Path) -> Places {
        let dir = dir.as_os_str().to_owned();
        Places::new(PlaceArgs::default(), |_| Some(dir.clone())).unwrap()
    }

    fn server(text: &str) -> ServerUrl {
        text.parse().unwrap()
    }

    fn token(text: &str) -> Token {
        Token::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_login_is_kept_for_its_server_alone_and_read_by_nobody_else() {
        let dir = tempfile::tempdir().unwrap();
        let places = places(dir.path());
        assert_eq!(Logins::read(&places).unwrap(), Logins::default());
        change(&places, |l| l.add(&server("https://a.example"), token("one"))).unwrap();
        change(&places, |l| l.add(&server("https://b.example"), token("two"))).unwrap();
        let file = dir.path().join("assay").join(NAME);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

        let logins = Logins::read(&places).unwrap();
        assert_eq!(logins.at(&server("https://a.example:443")), Some(&token("one")));
        assert_eq!(logins.at(&server("http://a.example")), None);
        assert_eq!(logins.latest, Some(server("https://b.example")));
        assert!(!format!("{logins:?}").contains("two"), "a token is in no message");

        assert!(change(&places, |l| l.remove(&server("https://b.example"))).unwrap());
        assert!(!change(&places, |l| l.remove(&server("https://b.example"))).unwrap());
        assert_eq!(Logins::read(&places).unwrap().latest, Some(server("https://a.example")));

        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(Logins::read(&places).unwrap_err().help.contains("chmod 600"));
    }

    #[test]
    fn a_damaged_file_is_told_by_its_place_and_not_by_its_text() {
        let dir = tempfile::tempdir().unwrap();
        let places = places(dir.path());
        change(&places, |l| l.add(&server("https://a.example"), token("secret"))).unwrap();
        let file = dir.path().join("assay").join(NAME);
        fs::write(&file, r#"{"servers": {"https://a.example": ["secret"]}}"#).unwrap();
        let problem = Logins::read(&places).unwrap_err();
        assert!(problem.what.contains("logins.json:1"), "{problem:?}");
        assert!(!format!("{problem:?}").contains("secret"), "{problem:?}");
    }

    #[test]
    fn what_cannot_stand_in_a_header_is_no_token() {
        for text in ["", "a b", "a\nb", "é", &"x".repeat(5000)] {
            assert!(Token::try_from(text.to_owned()).is_err(), "{text:?}");
        }
    }
}
