// Every statement of `sql/`, for both of the crates here, which differ in the database that the compiler asks: whether it is right, and
// whether these are the types of its parameters. What the databases answered is in each crate's `.sqlx/`, so that building takes no
// database; after a change of a statement or a migration `./x sql` asks again.

const TEXT: &str = "";
const NUMBER: i64 = 0;
const BYTES: &[u8] = &[];

macro_rules! checked {
    ($($path:literal [$($parameter:ident)*])*) => {
        /// The statements that were checked, by the path of their file.
        pub const CHECKED: &[&str] = &[$($path),*];

        $(const _: () = {
            #[expect(dead_code, reason = "it is there to be compiled")]
            fn check() {
                let _ = sqlx::query_file!($path $(, $parameter)*);
            }
        };)*
    };
}

checked! {
    "../../sql/answer_finish.sql" [TEXT TEXT NUMBER]
    "../../sql/answer_get.sql" [TEXT TEXT]
    "../../sql/answer_insert.sql" [TEXT TEXT TEXT TEXT NUMBER]
    "../../sql/answer_open.sql" [TEXT TEXT]
    "../../sql/answer_save.sql" [TEXT TEXT NUMBER TEXT NUMBER]
    "../../sql/answer_start.sql" [TEXT TEXT NUMBER]
    "../../sql/answer_tick.sql" [TEXT TEXT TEXT]
    "../../sql/answers_close.sql" [TEXT TEXT NUMBER]
    "../../sql/answers_delete_before.sql" [NUMBER]
    "../../sql/answers_delete_of.sql" [TEXT]
    "../../sql/answers_give.sql" [TEXT TEXT]
    "../../sql/answers_of.sql" [TEXT TEXT]
    "../../sql/answers_of_owner.sql" [TEXT]
    "../../sql/artefact_delete.sql" [TEXT NUMBER]
    "../../sql/artefact_insert.sql" [TEXT BYTES NUMBER]
    "../../sql/artefact_of.sql" [TEXT]
    "../../sql/artefacts_unused.sql" []
    "../../sql/artefacts_used.sql" []
    "../../sql/attempt_begin.sql" [TEXT NUMBER NUMBER TEXT NUMBER]
    "../../sql/attempt_end.sql" [TEXT NUMBER NUMBER TEXT TEXT]
    "../../sql/attempts_of.sql" [TEXT]
    "../../sql/audit_about.sql" [TEXT]
    "../../sql/audit_insert.sql" [NUMBER TEXT TEXT TEXT TEXT]
    "../../sql/code_delete_of.sql" [TEXT]
    "../../sql/code_insert.sql" [TEXT TEXT NUMBER]
    "../../sql/code_take.sql" [TEXT]
    "../../sql/codes_delete_before.sql" [NUMBER]
    "../../sql/draft_at.sql" [TEXT TEXT NUMBER]
    "../../sql/draft_insert.sql" [TEXT TEXT NUMBER TEXT NUMBER]
    "../../sql/draft_last.sql" [TEXT TEXT]
    "../../sql/draft_revisions.sql" [TEXT TEXT NUMBER NUMBER]
    "../../sql/draft_when.sql" [TEXT TEXT NUMBER]
    "../../sql/drafts_delete_before.sql" [NUMBER]
    "../../sql/drafts_delete_of.sql" [TEXT]
    "../../sql/drafts_ends.sql" [TEXT]
    "../../sql/drafts_give.sql" [TEXT TEXT TEXT]
    "../../sql/drafts_of.sql" [TEXT]
    "../../sql/drafts_renumber.sql" [TEXT TEXT NUMBER]
    "../../sql/drafts_renumbered.sql" [TEXT TEXT]
    "../../sql/event_append.sql" [TEXT TEXT]
    "../../sql/event_delete_last.sql" [TEXT]
    "../../sql/event_last.sql" [TEXT]
    "../../sql/events_after.sql" [TEXT NUMBER]
    "../../sql/events_append.sql" [TEXT TEXT TEXT TEXT TEXT TEXT TEXT TEXT TEXT TEXT TEXT TEXT TEXT TEXT TEXT TEXT TEXT]
    "../../sql/file_insert.sql" [TEXT TEXT TEXT]
    "../../sql/files_of.sql" [TEXT]
    "../../sql/hint_insert.sql" [TEXT TEXT NUMBER NUMBER]
    "../../sql/hints_delete_before.sql" [NUMBER]
    "../../sql/hints_delete_of.sql" [TEXT]
    "../../sql/hints_give.sql" [TEXT TEXT]
    "../../sql/hints_of.sql" [TEXT]
    "../../sql/holdings_of.sql" [TEXT]
    "../../sql/jobs_count.sql" []
    "../../sql/jobs_list.sql" [TEXT NUMBER]
    "../../sql/moved_delete_to.sql" [TEXT]
    "../../sql/moved_further.sql" [TEXT TEXT]
    "../../sql/moved_insert.sql" [TEXT TEXT NUMBER]
    "../../sql/moved_of.sql" [TEXT]
    "../../sql/oldest_waiting.sql" []
    "../../sql/outbox_again.sql" [TEXT NUMBER]
    "../../sql/outbox_first.sql" [TEXT NUMBER]
    "../../sql/outbox_needs.sql" []
    "../../sql/outbox_sent.sql" [TEXT NUMBER]
    "../../sql/probe.sql" [NUMBER]
    "../../sql/report_insert.sql" [TEXT TEXT TEXT TEXT]
    "../../sql/report_of.sql" [TEXT]
    "../../sql/secret_insert.sql" [TEXT TEXT NUMBER]
    "../../sql/secret_lock.sql" [TEXT]
    "../../sql/secret_of.sql" [TEXT]
    "../../sql/served_next_turn.sql" [TEXT NUMBER]
    "../../sql/served_serve.sql" [NUMBER NUMBER]
    "../../sql/standings_of.sql" [TEXT]
    "../../sql/submission_answer.sql" [TEXT TEXT TEXT TEXT NUMBER TEXT TEXT]
    "../../sql/submission_beat.sql" [TEXT NUMBER]
    "../../sql/submission_by_key.sql" [TEXT]
    "../../sql/submission_cancel.sql" [TEXT NUMBER]
    "../../sql/submission_claim.sql" [TEXT NUMBER TEXT]
    "../../sql/submission_delete.sql" [TEXT]
    "../../sql/submission_drop.sql" [TEXT]
    "../../sql/submission_finish.sql" [TEXT NUMBER NUMBER TEXT NUMBER TEXT]
    "../../sql/submission_get.sql" [TEXT]
    "../../sql/submission_insert.sql" [TEXT TEXT TEXT TEXT NUMBER TEXT TEXT NUMBER NUMBER TEXT NUMBER TEXT TEXT NUMBER NUMBER TEXT TEXT]
    "../../sql/submission_lock_waiting.sql" [TEXT]
    "../../sql/submission_next.sql" [TEXT TEXT TEXT TEXT TEXT TEXT TEXT TEXT]
    "../../sql/submission_position.sql" [TEXT NUMBER]
    "../../sql/submission_release.sql" [TEXT NUMBER]
    "../../sql/submission_requeue.sql" [TEXT NUMBER TEXT NUMBER NUMBER]
    "../../sql/submission_requeue_silent.sql" [TEXT NUMBER TEXT NUMBER NUMBER]
    "../../sql/submission_rested.sql" [TEXT NUMBER]
    "../../sql/submission_revive.sql" [TEXT]
    "../../sql/submission_set_aside.sql" [TEXT NUMBER NUMBER TEXT]
    "../../sql/submission_set_aside_silent.sql" [TEXT NUMBER NUMBER TEXT NUMBER]
    "../../sql/submission_set_aside_waiting.sql" [TEXT NUMBER NUMBER TEXT]
    "../../sql/submissions_claimable.sql" [NUMBER NUMBER NUMBER NUMBER]
    "../../sql/submissions_first.sql" [NUMBER]
    "../../sql/submissions_give.sql" [TEXT TEXT]
    "../../sql/submissions_held.sql" []
    "../../sql/submissions_of_owner.sql" [TEXT]
    "../../sql/submissions_of_visitor.sql" [TEXT TEXT NUMBER]
    "../../sql/submissions_over_before.sql" [NUMBER NUMBER]
    "../../sql/submissions_running.sql" []
    "../../sql/tries_count.sql" [TEXT NUMBER]
    "../../sql/tries_delete_before.sql" [NUMBER]
    "../../sql/tries_delete_of.sql" [TEXT]
    "../../sql/tries_take_back.sql" [TEXT]
    "../../sql/waiting_in_all.sql" []
    "../../sql/waiting_of_owner.sql" [TEXT]
    "../../sql/worker_beat.sql" [TEXT]
    "../../sql/worker_delete.sql" [TEXT]
    "../../sql/worker_delete_silent.sql" [TEXT NUMBER]
    "../../sql/worker_insert.sql" [TEXT TEXT TEXT TEXT NUMBER NUMBER]
    "../../sql/workers.sql" []
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    /// A statement that is not in the list above would be the first to be wrong in one of the databases.
    #[test]
    fn every_statement_is_checked() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sql");
        let there: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| format!("../../sql/{}", entry.unwrap().file_name().into_string().unwrap()))
            .collect();
        assert_eq!(there, super::CHECKED.iter().map(|&path| path.to_owned()).collect());
    }
}
