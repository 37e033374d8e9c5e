//! Operations that a request could be meant for alike.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::operation::{Operation, Operations};
use crate::path::{Path, Segment};
use crate::problem::{Problems, quoted};

/// Reports paths that differ in nothing but the names of placeholders, and operations of which a request matches two and
/// neither is the closer one.
pub(crate) fn report(operations: &Operations<'_>, problems: &mut Problems) {
    report_duplicates(&operations.paths, problems);
    report_ambiguities(&operations.list, problems);
}

fn report_duplicates(paths: &[Path<'_>], problems: &mut Problems) {
    let mut seen = HashMap::new();
    for path in paths {
        if let Some(first) = seen.insert(path.segments.as_slice(), path) {
            let (text, other) = (quoted(path.text), quoted(first.text));
            let line = first.at.line;
            problems.add(path.at, format!("the path {text} is that of line {line}, {other}"));
        }
    }
}

fn report_ambiguities(operations: &[Operation<'_>], problems: &mut Problems) {
    let documented: HashSet<_> =
        operations.iter().map(|it| (it.method, it.path.segments.as_slice())).collect();
    let mut alike: BTreeMap<_, Vec<&Path<'_>>> = BTreeMap::new();
    for it in operations {
        alike.entry((it.method, it.path.segments.len())).or_default().push(&it.path);
    }
    for ((method, _), paths) in alike {
        for (index, later) in paths.iter().enumerate() {
            for earlier in paths.iter().take(index) {
                if problems.is_full() {
                    return;
                }
                if let Some(both) = meeting(&earlier.segments, &later.segments)
                    && !documented.contains(&(method, both.as_slice()))
                {
                    report_ambiguity(method, &both, (earlier, later), problems);
                }
            }
        }
    }
}

fn report_ambiguity(
    method: &str,
    both: &[Segment<'_>],
    (earlier, later): (&Path<'_>, &Path<'_>),
    problems: &mut Problems,
) {
    let (first, second, line) = (quoted(earlier.text), quoted(later.text), earlier.at.line);
    let shown = both.iter().fold(String::new(), |text, it| text + "/" + it.shown());
    let reason = format!(
        "{method} {} matches both {second} and {first} of line {line}: document it too, or change one",
        quoted(&shown)
    );
    problems.add(later.at, reason);
}

/// The closest path that two paths of the same length both match; `None` if there is none, or if one of them is that
/// path: then it wins.
fn meeting<'a>(one: &[Segment<'a>], other: &[Segment<'a>]) -> Option<Vec<Segment<'a>>> {
    let (mut one_closer, mut other_closer) = (false, false);
    for pair in one.iter().zip(other) {
        match pair {
            (Segment::Literal(a), Segment::Literal(b)) if a != b => return None,
            (Segment::Literal(_), Segment::Placeholder) => one_closer = true,
            (Segment::Placeholder, Segment::Literal(_)) => other_closer = true,
            _ => {}
        }
    }
    // A literal comes before a placeholder in the order of segments.
    (one_closer && other_closer).then(|| one.iter().zip(other).map(|(a, b)| *a.min(b)).collect())
}
