//! From the broker to a grader.

use std::time::{Duration, Instant};

use async_nats::jetstream::AckKind;
use async_nats::jetstream::consumer::PullConsumer;
use futures_util::StreamExt as _;

use super::{Broker, Message};
use crate::{Capabilities, Fence, StoreError};

/// How long one request waits at the broker when it is the only one.
const ONE_WAITS: Duration = Duration::from_secs(10);
/// The same when there are several kinds to ask for in turns.
const EACH_WAITS: Duration = Duration::from_millis(500);
/// How often a grader looks whether there are new kinds.
const LOOK: Duration = Duration::from_secs(10);

/// One grader's way of taking: kinds that it can do, in turns.
#[derive(Debug)]
pub struct Takes {
    broker: Broker,
    capabilities: Capabilities,
    consumers: Vec<PullConsumer>,
    looked: Option<Instant>,
    turn: usize,
}

/// A message that this grader has.
#[derive(Debug)]
pub struct Taken {
    message: async_nats::jetstream::Message,
    /// What may be claimed, if it still may.
    pub fence: Fence,
}

impl Broker {
    /// For one grader at a time.
    pub fn takes(&self, capabilities: Capabilities) -> Takes {
        Takes { broker: self.clone(), capabilities, consumers: vec![], looked: None, turn: 0 }
    }
}

impl Takes {
    /// The next message, if one comes within some seconds.
    pub async fn next(&mut self) -> Result<Option<Taken>, StoreError> {
        if self.consumers.is_empty() || self.looked.is_none_or(|at| at.elapsed() > LOOK) {
            self.consumers = self.broker.consumers(&self.capabilities).await?;
            self.looked = Some(Instant::now());
        }
        if self.consumers.is_empty() {
            // Nothing was ever sent that this one can do.
            tokio::time::sleep(EACH_WAITS).await;
            return Ok(None);
        }
        let expires = if self.consumers.len() == 1 { ONE_WAITS } else { EACH_WAITS };
        self.turn += 1;
        let consumer = &self.consumers[self.turn % self.consumers.len()];
        let taken = take(consumer, expires).await;
        if taken.is_err() {
            self.looked = None;
        }
        match taken.map_err(|e| self.broker.failed(e))? {
            None => Ok(None),
            Some(message) => match serde_json::from_slice::<Message>(&message.payload) {
                Ok(said) => Ok(Some(Taken { message, fence: said.into() })),
                Err(error) => {
                    tracing::error!(%error, "a message of the broker makes no sense; dropped");
                    drop(message.ack_with(AckKind::Term).await);
                    Ok(None)
                }
            },
        }
    }
}

async fn take(
    consumer: &PullConsumer,
    expires: Duration,
) -> Result<Option<async_nats::jetstream::Message>, async_nats::Error> {
    let mut batch = consumer.batch().max_messages(1).expires(expires).messages().await?;
    // A broker that is gone answers nothing at all.
    match tokio::time::timeout(expires + Duration::from_secs(2), batch.next()).await {
        Ok(Some(message)) => Ok(Some(message?)),
        Ok(None) => Ok(None),
        Err(_) => Err("no answer".into()),
    }
}

impl Taken {
    /// Says that it is being worked on. May be lost.
    pub async fn progress(&self) {
        self.answer(AckKind::Progress).await;
    }

    /// Gives it back, for whoever comes next.
    pub async fn give_back(&self) {
        self.answer(AckKind::Nak(None)).await;
    }

    async fn answer(&self, kind: AckKind) {
        if let Err(error) = self.message.ack_with(kind).await {
            tracing::debug!(id = %self.fence.id, %error, "cannot answer the broker");
        }
    }

    /// It is over, or nobody needs it: the broker forgets it, and says so. If it does not, it gives it out again, and the claim says no.
    pub async fn done(&self) {
        if let Err(error) = self.message.double_ack().await {
            tracing::debug!(id = %self.fence.id, %error, "the broker did not hear that it is done");
        }
    }
}
