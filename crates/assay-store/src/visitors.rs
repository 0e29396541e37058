//! Visitors without an account: the key that signs their tokens, codes that take them to another browser, and two who become one.

use sqlx::AnyConnection;
use uuid::Uuid;

use crate::StoreError;
use crate::database::{Store, now_ms, write};
use crate::tables::{answers, codes, drafts, hints, secrets, submissions, visitors};

/// Codes that are none, from one address, before it has to wait.
pub const CODE_TRIES: u32 = 10;
/// How long a code is good, and wrong tries count.
const CODE_MS: i64 = 10 * 60 * 1000;
/// Bytes of a key: as many as SHA-256 gives.
const KEY: usize = 32;
/// The key of visitors' tokens.
const VISITORS: &str = "visitors";

/// How much is kept of a visitor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Holdings {
    /// Handed in.
    pub submissions: i64,
    /// Saves of drafts.
    pub saves: i64,
    /// Hints opened.
    pub hints: i64,
    /// Written questions answered.
    pub answers: i64,
}

impl Holdings {
    /// Whether there is nothing.
    pub fn is_empty(self) -> bool {
        self == Holdings::default()
    }
}

/// What came of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redeemed {
    /// It was good, and is used up.
    Visitor {
        /// Whose it was.
        visitor: String,
        /// What the one who had it before had of their own, and is that visitor's now.
        merged: Holdings,
    },
    /// There is no such code: it is wrong, was used, or is too old.
    None {
        /// Tries that are left to this address.
        left: u32,
    },
    /// Too many from this address were none; nothing was looked up.
    Wait {
        /// Until when, milliseconds since 1970 UTC.
        until_ms: i64,
    },
}

impl Store {
    /// The key that signs visitors' tokens: made once, the same for all who share this database.
    pub async fn visitor_key(&self) -> Result<[u8; KEY], StoreError> {
        let known = secrets::of(&mut *self.read().await?, VISITORS).await?;
        let text = match known {
            Some(text) => text,
            None => {
                // 244 of the 256 bits are random.
                let new = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
                write!(self, |tx| {
                    secrets::insert(tx, VISITORS, &new, now_ms()).await?;
                    let kept = secrets::of(tx, VISITORS).await?;
                    kept.ok_or_else(|| StoreError::damaged("secret", VISITORS, "it is missing"))
                })?
            }
        };
        let mut key = [0; KEY];
        hex::decode_to_slice(&text, &mut key).map_err(|e| StoreError::damaged("secret", VISITORS, e))?;
        Ok(key)
    }

    /// As whom a visitor goes on, after their work may have become another's.
    pub async fn visitor_now(&self, visitor: &str) -> Result<String, StoreError> {
        now(&mut *self.read().await?, visitor).await
    }

    /// How much is kept of `visitor`.
    pub async fn holdings(&self, visitor: &str) -> Result<Holdings, StoreError> {
        visitors::holdings(&mut *self.read().await?, visitor).await
    }

    /// Keeps the hash of a code that is good for `visitor`, once; until when, milliseconds since 1970 UTC. An earlier one is good
    /// no more.
    pub async fn keep_code(&self, visitor: &str, hash: &str) -> Result<i64, StoreError> {
        write!(self, |tx| {
            let now_ms = now_ms();
            codes::delete_before(tx, now_ms).await?;
            codes::insert(tx, visitor, hash, now_ms + CODE_MS).await?;
            Ok(now_ms + CODE_MS)
        })
    }

    /// Uses the code with that hash, which somebody at `address` sent who was `before` until now. What `before` has becomes the
    /// code's visitor's in the same transaction, and their token stands for that one from now on.
    pub async fn redeem_code(
        &self,
        hash: &str,
        address: &str,
        before: Option<&str>,
    ) -> Result<Redeemed, StoreError> {
        write!(self, |tx| {
            let now_ms = now_ms();
            codes::delete_before(tx, now_ms).await?;
            let (tries, until_ms) = codes::count_try(tx, address, now_ms + CODE_MS).await?;
            if tries > CODE_TRIES {
                return Ok(Redeemed::Wait { until_ms });
            }
            // One after another from here on, so that no two visitors become each other.
            secrets::lock(tx, VISITORS).await?;
            let Some(visitor) = codes::take(tx, hash).await? else {
                return Ok(Redeemed::None { left: CODE_TRIES - tries });
            };
            codes::take_try_back(tx, address).await?;
            let merged = match before {
                Some(before) => merge(tx, before, &visitor).await?,
                None => Holdings::default(),
            };
            Ok(Redeemed::Visitor { visitor: now(tx, &visitor).await?, merged })
        })
    }
}

/// As whom a visitor goes on.
pub(crate) async fn now(db: &mut AnyConnection, visitor: &str) -> Result<String, StoreError> {
    Ok(visitors::moved_to(db, visitor).await?.unwrap_or_else(|| visitor.to_owned()))
}

/// Makes everything of `from` that of `to`; how much it was.
async fn merge(tx: &mut AnyConnection, from: &str, to: &str) -> Result<Holdings, StoreError> {
    let (from, to) = (now(tx, from).await?, now(tx, to).await?);
    if from == to {
        return Ok(Holdings::default());
    }
    let given = visitors::holdings(tx, &from).await?;
    submissions::give(tx, &from, &to).await?;
    drafts::give(tx, &from, &to).await?;
    hints::give(tx, &from, &to).await?;
    answers::give(tx, &from, &to, now_ms()).await?;
    codes::delete_of(tx, &from).await?;
    visitors::moved(tx, &from, &to, now_ms()).await?;
    Ok(given)
}

/// Deletes what only visitors have; how many hints.
pub(crate) async fn delete(tx: &mut AnyConnection, visitor: &str) -> Result<u64, StoreError> {
    codes::delete_of(tx, visitor).await?;
    codes::delete_tries_of(tx, visitor).await?;
    visitors::forget_moved_to(tx, visitor).await?;
    hints::delete_of(tx, visitor).await
}
