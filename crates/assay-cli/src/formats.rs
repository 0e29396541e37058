use assay_content::Library;
use assay_core::{Slug, Verdict};
use serde::Serialize;

use crate::text::{BOLD, DIM, GOOD, count, paint};

/// Questions and interviews whose totals, links and minutes hold: a library has no others.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Formats {
    questions: Vec<Slug>,
    interviews: Vec<Slug>,
    /// Expected points of all the questions.
    #[serde(skip)]
    points: usize,
}

impl Formats {
    /// Those of the library that are wanted.
    pub(crate) fn of(library: &Library, wanted: impl Fn(&Slug) -> bool) -> Formats {
        let questions: Vec<_> = library.questions().filter(|q| wanted(&q.slug)).collect();
        Formats {
            points: questions.iter().map(|q| q.points.len()).sum(),
            questions: questions.iter().map(|q| q.slug.clone()).collect(),
            interviews: library.interviews().map(|i| &i.slug).filter(|s| wanted(s)).cloned().collect(),
        }
    }

    /// Whether one of them is called so.
    pub(crate) fn has(&self, slug: &Slug) -> bool {
        self.questions.contains(slug) || self.interviews.contains(slug)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.questions.len() + self.interviews.len()
    }

    /// For people; nothing where there is none.
    pub(crate) fn line(&self) -> String {
        let mut counts = Vec::new();
        let mut facts = Vec::new();
        if !self.questions.is_empty() {
            counts.push(count(self.questions.len(), "question"));
            facts.push(count(self.points, "point"));
            facts.push("links hold".to_owned());
        }
        if !self.interviews.is_empty() {
            counts.push(count(self.interviews.len(), "interview"));
            facts.push("totals, bands, minimums and minutes hold".to_owned());
        }
        if counts.is_empty() {
            return String::new();
        }
        let mark = paint(GOOD, &Verdict::Accepted.mark().to_string());
        format!("{mark} {}  {}\n", paint(BOLD, &counts.join(" · ")), paint(DIM, &facts.join(" · ")))
    }
}

#[cfg(test)]
impl Formats {
    /// A question of eight points and an interview.
    pub(crate) fn sample() -> Formats {
        let slug = |s: &str| s.parse().expect("a slug");
        Formats { questions: vec![slug("sums")], interviews: vec![slug("maths")], points: 8 }
    }
}
