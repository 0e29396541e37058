//! What the program says of itself: logs, and traces for whoever collects them.

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

/// Ends what was started, when it goes: what was not sent yet is sent.
pub(crate) struct Telemetry {
    #[cfg(feature = "otel")]
    _traces: Option<traces::Traces>,
}

/// Logs go to standard error: warnings, and of a server also what it does. ASSAY_LOG chooses otherwise, ASSAY_LOG_FORMAT=json makes each
/// line an object.
pub(crate) fn start(serves: bool) -> Telemetry {
    let usual = if serves { "info" } else { "warn" };
    let filter = EnvFilter::try_from_env("ASSAY_LOG")
        .unwrap_or_else(|_| EnvFilter::new(format!("{usual},sqlx=warn,async_nats=warn")));
    let lines = fmt::layer().with_writer(std::io::stderr);
    let log = if std::env::var_os("ASSAY_LOG_FORMAT").is_some_and(|format| format == "json") {
        lines.json().with_ansi(false).boxed()
    } else {
        let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
        lines.with_ansi(colour).boxed()
    };
    let registry = tracing_subscriber::registry().with(filter).with(log);
    #[cfg(feature = "otel")]
    {
        let (layer, traces) = traces::start();
        registry.with(layer).init();
        Telemetry { _traces: traces }
    }
    #[cfg(not(feature = "otel"))]
    {
        registry.init();
        Telemetry {}
    }
}

#[cfg(feature = "otel")]
mod traces {
    use opentelemetry::trace::TracerProvider as _;
    use opentelemetry_sdk::trace::{SdkTracerProvider, Tracer};
    use tracing::Subscriber;
    use tracing_opentelemetry::OpenTelemetryLayer;
    use tracing_subscriber::registry::LookupSpan;

    /// Sends traces in the background.
    pub(super) struct Traces(SdkTracerProvider);

    impl Drop for Traces {
        fn drop(&mut self) {
            if let Err(error) = self.0.shutdown() {
                crate::out::note(&format!("the last traces were not sent: {error}"));
            }
        }
    }

    /// Where OTEL_EXPORTER_OTLP_ENDPOINT names a collector; nothing otherwise.
    pub(super) fn start<S>() -> (Option<OpenTelemetryLayer<S, Tracer>>, Option<Traces>)
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        if std::env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT").is_none() {
            return (None, None);
        }
        let exporter = opentelemetry_otlp::SpanExporter::builder().with_http().build();
        match exporter {
            Ok(exporter) => {
                let name = opentelemetry_sdk::Resource::builder().with_service_name("assay").build();
                let provider =
                    SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(name).build();
                let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("assay"));
                (Some(layer), Some(Traces(provider)))
            }
            Err(error) => {
                crate::out::note(&format!("no traces are sent: {error}"));
                (None, None)
            }
        }
    }
}
