//! From the database to the broker: what waits is sent in the order of the queue, a few ahead of the graders, so that one that goes
//! before the others is never behind many that were sent already.

use async_nats::jetstream::context::PublishAckFuture;
use async_nats::jetstream::message::PublishMessage;
use futures_util::StreamExt as _;

use super::{Broker, JOBS, Message, kind};
use crate::database::{Store, write};
use crate::tables::transitions;
use crate::{Fence, StoreError};

impl Store {
    /// Sends what waits until the broker has `ahead` for each kind of grader; how many that were. Any number of servers may do this at
    /// once: what two of them send is stored once. A crash in between sends again what was sent: that too is stored once, or claimed once.
    pub async fn relay(&self, broker: &Broker, ahead: usize) -> Result<usize, StoreError> {
        let kinds = transitions::outbox_needs(&mut *self.read().await?).await?;
        let mut sent = 0;
        for needs in kinds {
            let room = ahead.saturating_sub(broker.waiting(&needs).await?);
            if room == 0 {
                continue;
            }
            let batch = transitions::outbox(&mut *self.read().await?, &needs, room).await?;
            for fence in broker.send(&needs, &batch).await? {
                sent += usize::from(write!(self, |tx| transitions::sent(tx, fence).await)?);
            }
        }
        Ok(sent)
    }
}

impl Broker {
    /// How many of a kind no grader has taken yet.
    async fn waiting(&self, needs: &str) -> Result<usize, StoreError> {
        let mut consumer = self.consumer(needs).await?;
        let info = consumer.info().await.map_err(|e| self.failed(e))?;
        Ok(info.num_pending as usize)
    }

    /// Sends a batch; those that the broker says are on its disk.
    async fn send(&self, needs: &str, batch: &[Fence]) -> Result<Vec<Fence>, StoreError> {
        let mut acks: Vec<(Fence, PublishAckFuture)> = vec![];
        for &fence in batch {
            let text = serde_json::to_vec(&Message::from(fence)).map_err(|e| self.failed(e))?;
            let message = PublishMessage::build()
                .payload(text.into())
                .message_id(format!("{}:{}", fence.id, fence.number));
            let subject = format!("{JOBS}.{}", kind(needs));
            let ack = self.jetstream.send_publish(subject, message).await.map_err(|e| self.failed(e))?;
            acks.push((fence, ack));
        }
        let mut sent = vec![];
        for (fence, ack) in acks {
            match ack.await {
                Ok(_) => sent.push(fence),
                Err(error) => {
                    tracing::warn!(id = %fence.id, %error, "the broker did not take it; it is sent again");
                }
            }
        }
        Ok(sent)
    }

    /// Fences of messages that were given out as often as may be and never acknowledged, as the broker says so. May be lost: what is
    /// not heard of here is sent again.
    pub async fn exhausted(
        &self,
    ) -> Result<impl futures_util::Stream<Item = Fence> + Send + 'static, StoreError> {
        let subject = format!("$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.{}.*", super::STREAM);
        let advisories = self.client.subscribe(subject).await.map_err(|e| self.failed(e))?;
        let broker = self.clone();
        Ok(advisories.filter_map(move |advisory| {
            let broker = broker.clone();
            async move { broker.take_out(&advisory.payload).await }
        }))
    }

    /// Takes the message that an advisory is about out of the stream.
    async fn take_out(&self, advisory: &[u8]) -> Option<Fence> {
        #[derive(serde::Deserialize)]
        struct Advisory {
            stream_seq: u64,
        }
        let Advisory { stream_seq } = serde_json::from_slice(advisory).ok()?;
        let stream = self.make_stream().await.ok()?;
        let raw = stream.get_raw_message(stream_seq).await.ok()?;
        let message: Message = serde_json::from_slice(&raw.payload).ok()?;
        if let Err(error) = stream.delete_message(stream_seq).await {
            tracing::debug!(%error, "an exhausted message is gone already");
        }
        Some(message.into())
    }
}
