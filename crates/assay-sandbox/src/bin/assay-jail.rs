//! A helper of the jail and nothing else, for programs that are not `assay` (this crate's own tests).

fn main() {
    assay_sandbox::helper_main_if_asked();
    eprintln!("assay-jail is started by a sandbox; there is nothing to do by hand");
    std::process::exit(2);
}
