//! Scripts and styles, embedded in the binary and served under a name that changes with their content.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use include_dir::{Dir, include_dir};

static DIST: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../web/dist");

/// Content key of all assets together.
const KEY: &str = env!("ASSAY_DIST_KEY");

/// The address of an asset; it can be cached for ever.
pub(crate) fn url(name: &str) -> String {
    format!("/static/{KEY}/{name}")
}

/// `GET /static/{key}/{name}`
pub(super) async fn get(Path((key, name)): Path<(String, String)>) -> Response {
    let Some(file) = DIST.get_file(&name) else {
        return (StatusCode::NOT_FOUND, "no such asset\n").into_response();
    };
    // A page from before an upgrade still gets a working file, but nobody may keep it under the old name.
    let cache = if key == KEY { "public, max-age=31536000, immutable" } else { "no-store" };
    ([(header::CONTENT_TYPE, mime(&name)), (header::CACHE_CONTROL, cache)], file.contents()).into_response()
}

fn mime(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ext)| ext) {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use axum::extract::Path;
    use axum::http::StatusCode;

    #[tokio::test]
    async fn every_asset_has_its_type_and_only_the_current_key_is_kept() {
        let get = |key: &str, name: &str| super::get(Path((key.to_owned(), name.to_owned())));
        for (name, mime) in [("assay.css", "text/css"), ("site.js", "text/javascript")] {
            let answer = get(super::KEY, name).await;
            assert!(answer.headers()["content-type"].to_str().unwrap().starts_with(mime));
            assert!(answer.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        }
        assert_eq!(get("old", "site.js").await.headers()["cache-control"], "no-store");
        assert_eq!(get(super::KEY, "../Cargo.toml").await.status(), StatusCode::NOT_FOUND);
    }
}
