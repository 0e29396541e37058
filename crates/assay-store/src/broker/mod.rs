//! Dispatch to graders on other machines, over NATS JetStream. The database stays the truth: a message only says "this one, at this
//! fence, may be claimed". Whatever the broker does with it (loses it, gives it out twice or late), the claim decides, and what the
//! broker seems to have lost it is given again.
//!
//! `assay.jobs.<kind>` is a work queue with one durable consumer for each kind of grader that is needed; messages are removed when
//! they are acknowledged. `assay.told` and `assay.cancel` are plain subjects: hints that save others from asking.

mod outbox;
mod taken;

use std::collections::BTreeMap;
use std::time::Duration;

use assay_core::SubmissionId;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::stream::{self, RetentionPolicy, StorageType};
use async_nats::jetstream::{self, Context};
use async_nats::{Client, ConnectOptions};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use serde::{Deserialize, Serialize};

use crate::{Capabilities, Fence, StoreError};

pub use taken::{Taken, Takes};

/// Older servers drop filters of consumers in silence.
const OLDEST_SERVER: (i64, i64) = (2, 11);
const STREAM: &str = "ASSAY_JOBS";
const JOBS: &str = "assay.jobs";
const TOLD: &str = "assay.told";
const CANCEL: &str = "assay.cancel";
/// The key of a consumer's metadata that says which kind of grader may take from it.
const NEEDS: &str = "assay-needs";
/// A message whose holder is silent for so long is given to the next. The claim decides whether that one may have it.
const ACK_WAIT: Duration = Duration::from_secs(30);
/// So often a message is given out before it is a matter for the operator.
const MOST_DELIVERIES: i64 = 5;
/// The same message again within this time is not stored twice.
const SAME_WITHIN: Duration = Duration::from_mins(2);
/// How long an answer of the broker may take.
const ANSWER: Duration = Duration::from_secs(5);

/// A connection to the broker; it comes back by itself. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Broker {
    client: Client,
    jetstream: Context,
    shown: String,
}

/// What a message says. Fields may be added: whoever reads ignores those that it does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Message {
    id: SubmissionId,
    fence: u64,
}

impl From<Fence> for Message {
    fn from(fence: Fence) -> Message {
        Message { id: fence.id, fence: fence.number }
    }
}

impl From<Message> for Fence {
    fn from(message: Message) -> Fence {
        Fence { id: message.id, number: message.fence }
    }
}

impl Broker {
    /// Connects to `url` (`nats://host:4222`) and makes the stream when it is not there.
    pub async fn connect(url: &str) -> Result<Broker, StoreError> {
        let shown = url.rsplit_once('@').map_or(url, |(_, host)| host).to_owned();
        let failed = |why: String| StoreError::Broker(format!("`{shown}`: {why}"));
        let client = ConnectOptions::new()
            .name("assay")
            .connection_timeout(ANSWER)
            .request_timeout(Some(ANSWER))
            .ping_interval(Duration::from_secs(5))
            .reconnect_delay_callback(|tries| Duration::from_millis((50 << tries.min(6)).min(2000)))
            .connect(url)
            .await
            .map_err(|e| failed(format!("{e}; is a nats-server there?")))?;
        let (major, minor) = OLDEST_SERVER;
        if !client.is_server_compatible(major, minor, 0) {
            let version = client.server_info().version;
            return Err(failed(format!("it is nats-server {version}; take {major}.{minor} or newer")));
        }
        let broker = Broker { jetstream: jetstream::new(client.clone()), client, shown: shown.clone() };
        broker.make_stream().await?;
        Ok(broker)
    }

    fn failed(&self, error: impl std::fmt::Display) -> StoreError {
        StoreError::Broker(format!("`{}`: {error}", self.shown))
    }

    /// Makes the stream, also again after the broker lost all it had.
    async fn make_stream(&self) -> Result<stream::Stream, StoreError> {
        let config = stream::Config {
            name: STREAM.to_owned(),
            description: Some("Submissions that may be claimed".to_owned()),
            subjects: vec![format!("{JOBS}.>")],
            retention: RetentionPolicy::WorkQueue,
            storage: StorageType::File,
            duplicate_window: SAME_WITHIN,
            max_message_size: 1024,
            ..stream::Config::default()
        };
        self.jetstream.get_or_create_stream(config).await.map_err(|e| {
            self.failed(format!("{e}; start nats-server with JetStream (`-js`, and `sync_interval: always`)"))
        })
    }

    /// The consumer of one kind of grader, made when it is not there.
    async fn consumer(&self, needs: &str) -> Result<PullConsumer, StoreError> {
        let stream = self.make_stream().await?;
        let kind = kind(needs);
        let config = pull::Config {
            durable_name: Some(kind.clone()),
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACK_WAIT,
            max_deliver: MOST_DELIVERIES,
            max_ack_pending: -1,
            max_waiting: 10_000,
            filter_subject: format!("{JOBS}.{kind}"),
            metadata: [(NEEDS.to_owned(), needs.to_owned())].into(),
            ..pull::Config::default()
        };
        stream.get_or_create_consumer(&kind, config).await.map_err(|e| self.failed(e))
    }

    /// The consumers that a grader with these capabilities may take from.
    async fn consumers(&self, capabilities: &Capabilities) -> Result<Vec<PullConsumer>, StoreError> {
        let stream = self.make_stream().await?;
        let mut infos = stream.consumers();
        let mut kinds = BTreeMap::new();
        while let Some(info) = infos.try_next().await.map_err(|e| self.failed(e))? {
            if let Some(needs) = info.config.metadata.get(NEEDS)
                && capabilities.meet(needs)
            {
                kinds.insert(info.name.clone(), needs.clone());
            }
        }
        let mut consumers = vec![];
        for needs in kinds.values() {
            consumers.push(self.consumer(needs).await?);
        }
        Ok(consumers)
    }

    /// Says that something happened to a submission, to whoever follows it elsewhere. May be lost.
    pub async fn tell(&self, id: SubmissionId) {
        self.say(TOLD, id).await;
    }

    /// Says that a submission was called back, to whoever grades it. May be lost: its grader finds out by its next beat too.
    pub async fn cancel(&self, id: SubmissionId) {
        self.say(CANCEL, id).await;
    }

    async fn say(&self, subject: &'static str, id: SubmissionId) {
        if let Err(error) = self.client.publish(subject, id.to_string().into()).await {
            tracing::debug!(%error, subject, "cannot tell others");
        }
    }

    /// What others say has happened.
    pub async fn told(&self) -> Result<impl Stream<Item = SubmissionId> + Send + 'static, StoreError> {
        self.heard(TOLD).await
    }

    /// What others call back.
    pub async fn canceled(&self) -> Result<impl Stream<Item = SubmissionId> + Send + 'static, StoreError> {
        self.heard(CANCEL).await
    }

    async fn heard(
        &self,
        subject: &'static str,
    ) -> Result<impl Stream<Item = SubmissionId> + Send + 'static, StoreError> {
        let messages = self.client.subscribe(subject).await.map_err(|e| self.failed(e))?;
        // What is no id is not ours.
        let id = |text: &[u8]| std::str::from_utf8(text).ok()?.parse().ok();
        Ok(messages.filter_map(move |m| std::future::ready(id(&m.payload))))
    }

    /// Whether it answers now.
    pub async fn probe(&self) -> Result<(), StoreError> {
        self.make_stream().await.map(drop)
    }
}

/// A kind of grader as a token of a subject and a consumer's name.
fn kind(needs: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let words: Vec<String> = needs.split_whitespace().map(|word| word.chars().map(plain).collect()).collect();
    if words.is_empty() { "any".to_owned() } else { format!("needs_{}", words.join("_")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_one_token_of_a_subject() {
        assert_eq!(kind(""), "any");
        assert_eq!(kind("any"), "needs_any");
        assert_eq!(kind("cgroup go1.27 race"), "needs_cgroup_go1-27_race");
    }

    #[test]
    fn messages_of_a_newer_version_are_read() {
        let id = SubmissionId::generate();
        let newer = format!(r#"{{"id":"{id}","fence":3,"since":"2.0"}}"#);
        let message: Message = serde_json::from_str(&newer).unwrap();
        assert_eq!(Fence::from(message), Fence { id, number: 3 });
    }
}
