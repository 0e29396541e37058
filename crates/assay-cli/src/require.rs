use assay_sandbox::Layer;

use crate::problem::{Blame, Problem};

/// Refuse unless every layer that `wanted` names (as `assay doctor` prints them) is there.
pub(crate) fn check(wanted: &[String], layers: &[Layer]) -> Result<(), Problem> {
    for name in wanted {
        let Some(layer) = layers.iter().find(|layer| layer.name == *name) else {
            let names: Vec<&str> = layers.iter().map(|layer| layer.name.as_str()).collect();
            return Err(Problem::input(
                format!("the box has no layer called `{name}`"),
                format!("its layers are: {}", names.join(", ")),
            ));
        };
        if !layer.present {
            return Err(Problem {
                blame: Blame::Us,
                what: format!("the layer `{name}` is required and cannot be had: {}", layer.why),
                help: layer.advice.clone(),
            });
        }
    }
    Ok(())
}

/// Whether the weaker box, which has none of these, would break the promise.
pub(crate) fn forbids_fallback(wanted: &[String]) -> bool {
    let not_there = |name: &String| ["namespace", "mounts", "cgroup"].iter().any(|word| name.contains(word));
    wanted.iter().any(not_there)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;

    #[test]
    fn a_missing_layer_is_refused_and_an_unknown_one_is_a_typing_error() {
        let layer = |name: &str, present| Layer {
            name: name.into(),
            present,
            why: "EPERM".into(),
            advice: "allow it".into(),
        };
        let layers = [layer("seccomp", true), layer("pid namespace", false)];
        let check = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            check(&names, &layers).map_err(|problem| (problem.exit(), problem.what))
        };
        assert_eq!(check(&["seccomp"]), Ok(()));
        let missing = "the layer `pid namespace` is required and cannot be had: EPERM";
        assert_eq!(check(&["seccomp", "pid namespace"]), Err((Exit::Fault, missing.into())));
        assert_eq!(check(&["secomp"]), Err((Exit::Usage, "the box has no layer called `secomp`".into())));
    }
}
