//! What is read of a server's answers, and what is sent. What an answer has besides is not looked at.

use assay_content::Kind;
use assay_core::{Slug, SourceFile, SubmissionId};
use serde::{Deserialize, Serialize};

use super::logins::Token;

/// `POST /api/visitor`: with a code of a visitor, or a new one without.
#[derive(Debug, Serialize)]
pub(crate) struct Enter<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<&'a str>,
}

/// What that gives.
#[derive(Debug, Deserialize)]
pub(crate) struct Entered {
    pub(crate) token: Token,
}

/// `POST /api/submissions`
#[derive(Debug, Serialize)]
pub(crate) struct Submit<'a> {
    pub(crate) exercise: &'a Slug,
    pub(crate) files: &'a [SourceFile],
    pub(crate) scope: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seed: Option<u64>,
}

/// What that gives.
#[derive(Debug, Deserialize)]
pub(crate) struct Submitted {
    pub(crate) id: SubmissionId,
}

/// `GET /api/submissions/{id}/files`
#[derive(Debug, Deserialize)]
pub(crate) struct Files {
    pub(crate) files: Vec<SourceFile>,
}

/// `GET /api/drafts/{slug}`
#[derive(Debug, Deserialize)]
pub(crate) struct Draft {
    pub(crate) revision: u64,
    pub(crate) files: Vec<SourceFile>,
}

/// `GET /api/exercises/{slug}`
#[derive(Debug, Deserialize)]
pub(crate) struct Exercise {
    pub(crate) slug: Slug,
    pub(crate) title: String,
    pub(crate) kind: Kind,
    pub(crate) package: String,
    pub(crate) prompt: String,
    pub(crate) start: Vec<SourceFile>,
    pub(crate) visible_tests: Vec<SourceFile>,
}

/// An error as RFC 9457 has it.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Refusal {
    #[serde(rename = "type", default)]
    pub(crate) kind: String,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) detail: String,
}
