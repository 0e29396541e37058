//! `GET /api/submissions/{id}/observation`: what one more run looked like, as it is kept. And the profiles in it as other programs read
//! them.

use assay_core::{Observation, Profile};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::params::PathParam;
use super::submissions::find;
use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// Megabytes that rarely change: whoever has them asks by their hash, and mostly hears that they still hold.
pub(crate) async fn show(
    State(app): State<AppState>,
    PathParam(id): PathParam<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let record = find(&app, &id).await?;
    let theirs = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).map(bare);
    let seen =
        app.service.store().observation(record.id, theirs).await?.ok_or_else(|| none(record.observes()))?;
    let tag =
        HeaderValue::from_str(&format!("\"{}\"", seen.hash)).unwrap_or(HeaderValue::from_static("\"\""));
    let head = [(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")), (header::ETAG, tag)];
    if theirs == Some(seen.hash.as_str()) {
        return Ok((StatusCode::NOT_MODIFIED, head).into_response());
    }
    Ok((head, [(header::CONTENT_TYPE, "application/json")], seen.json).into_response())
}

/// An entity tag without its quotes, and without what a proxy that compresses puts before them.
fn bare(tag: &str) -> &str {
    tag.trim().trim_start_matches("W/").trim_matches('"')
}

/// `GET /api/submissions/{id}/profiles/{kind}`: collapsed stacks, a line each, as flame graph tools (inferno, speedscope) read them.
pub(crate) async fn profile(
    State(app): State<AppState>,
    PathParam((id, kind)): PathParam<(String, String)>,
) -> Result<Response, Problem> {
    let record = find(&app, &id).await?;
    let seen =
        app.service.store().observation(record.id, None).await?.ok_or_else(|| none(record.observes()))?;
    let observation: Observation = serde_json::from_slice(&seen.json)
        .map_err(|e| Problem::internal(format!("a kept observation: {e}")))?;
    let profile = match kind.as_str() {
        "cpu" => observation.cpu,
        "allocations" => observation.allocs,
        _ => return Err(Problem::new(Kind::NotFound, "The profiles are `cpu` and `allocations`.")),
    };
    let profile = profile.ok_or_else(|| {
        Problem::new(Kind::NoObservation, "The observation has no such profile; its notes say why.")
    })?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], collapsed(&profile)).into_response())
}

/// `outer;inner 12`. A space would end the stack early, and a line end the line.
fn collapsed(profile: &Profile) -> String {
    let plain = |c: char| if c.is_whitespace() || c.is_control() { '_' } else { c };
    profile
        .stacks
        .iter()
        .map(|s| format!("{} {}\n", s.frames.chars().map(plain).collect::<String>(), s.value))
        .collect()
}

fn none(asked: bool) -> Problem {
    let why = if asked {
        "There is none yet. Follow the submission's events or ask again."
    } else {
        "The submission did not ask for one. Hand it in again with `\"observe\": true`."
    };
    Problem::new(Kind::NoObservation, why)
}

#[cfg(test)]
mod tests {
    use assay_core::{DroppedStacks, Stack, Unit};

    use super::*;

    #[test]
    fn a_name_ends_neither_its_stack_nor_its_line() {
        let stack = |frames: &str| Stack { frames: frames.into(), value: 7, own: true };
        let stacks = vec![stack("pool.Run;pool.work"), stack("a b 9\n;c")];
        let profile =
            Profile { unit: Unit::Ns, total: 14, elsewhere: 0, stacks, dropped: DroppedStacks::default() };
        assert_eq!(collapsed(&profile), "pool.Run;pool.work 7\na_b_9_;c 7\n");
    }
}
