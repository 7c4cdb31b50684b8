//! Segments that name segments: cycles, and how deep they nest.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::formula::Typed;
use crate::source::Span;

/// How deep a rule may nest once its segments are put in place, so that nothing that walks a
/// formula runs out of stack.
pub(crate) const DEEPEST: usize = 512;

/// A segment whose text was read.
pub(crate) struct Draft<'a> {
    pub(crate) name: &'a str,
    pub(crate) span: Span,
    pub(crate) typed: Typed,
}

/// Reports each cycle once, and nesting that is too deep; the segments where it shows become
/// `false`, so that whatever reads them comes to an end. Gives the depth of each.
pub(crate) fn settle(drafts: &mut [Draft<'_>], found: &mut Vec<Diagnostic>) -> Vec<usize> {
    let uses: Vec<Vec<usize>> = drafts.iter().map(|draft| used(&draft.typed)).collect();
    let mut state = vec![State::New; drafts.len()];
    let mut depths = vec![0; drafts.len()];
    for start in 0..drafts.len() {
        let mut path = vec![(start, 0)];
        while let Some((number, next)) = path.last_mut() {
            let number = *number;
            let entered = state.get(number).copied().unwrap_or(State::Done);
            let child = uses.get(number).and_then(|uses| uses.get(*next)).copied();
            *next += 1;
            match (entered, child) {
                (State::Done, _) => _ = path.pop(),
                (_, None) => {
                    finish(number, drafts, &mut depths, found);
                    put(&mut state, number, State::Done);
                    path.pop();
                }
                (_, Some(child)) => {
                    put(&mut state, number, State::Open);
                    match state.get(child) {
                        Some(State::Open) => cut(&path, child, drafts, found),
                        Some(State::New) => path.push((child, 0)),
                        _ => {}
                    }
                }
            }
        }
    }
    depths
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

fn put<T>(list: &mut [T], at: usize, value: T) {
    if let Some(slot) = list.get_mut(at) {
        *slot = value;
    }
}

/// The segments that an expression names, each as often as it does.
fn used(typed: &Typed) -> Vec<usize> {
    match typed {
        Typed::Const(_) | Typed::Ask(..) => Vec::new(),
        Typed::Segment(number) => vec![*number],
        Typed::Not(inner) | Typed::Fresh(inner, _) => used(inner),
        Typed::All(parts) | Typed::Any(parts) => parts.iter().flat_map(used).collect(),
    }
}

fn finish(
    number: usize,
    drafts: &mut [Draft<'_>],
    depths: &mut [usize],
    found: &mut Vec<Diagnostic>,
) {
    let Some(draft) = drafts.get_mut(number) else {
        return;
    };
    let mut depth = depth(&draft.typed, depths);
    if depth > DEEPEST {
        found.push(too_deep(draft.span, depth));
        draft.typed = Typed::Const(false);
        depth = 0;
    }
    put(depths, number, depth);
}

/// That a rule nests too deep once its segments are put in place.
pub(crate) fn too_deep(span: Span, depth: usize) -> Diagnostic {
    let message = format!(
        "with its segments put in place this nests {depth} deep, and {DEEPEST} is the limit"
    );
    Diagnostic::new(&codes::LIMIT, span, message).help("name fewer segments inside segments")
}

/// How deep an expression nests, its segments included.
pub(crate) fn depth(typed: &Typed, segments: &[usize]) -> usize {
    1 + match typed {
        Typed::Const(_) | Typed::Ask(..) => 0,
        Typed::Segment(number) => segments.get(*number).copied().unwrap_or(0),
        Typed::Not(inner) | Typed::Fresh(inner, _) => depth(inner, segments),
        Typed::All(parts) | Typed::Any(parts) => parts
            .iter()
            .map(|part| depth(part, segments))
            .max()
            .unwrap_or(0),
    }
}

/// Reports the cycle that closes where the last segment of the path names `first`, and cuts it
/// there.
fn cut(
    path: &[(usize, usize)],
    first: usize,
    drafts: &mut [Draft<'_>],
    found: &mut Vec<Diagnostic>,
) {
    let round = path
        .iter()
        .map(|(number, _)| *number)
        .skip_while(|number| *number != first);
    let round: Vec<usize> = round.chain([first]).collect();
    let names: Vec<_> = round
        .iter()
        .filter_map(|number| Some(drafts.get(*number)?.name))
        .collect();
    let Some(start) = drafts.get(first) else {
        return;
    };
    let message = format!(
        "the segment `{}` leads back to itself: {}",
        start.name,
        names.join(" → ")
    );
    let help = "say in one of them who is meant without naming the next";
    found.push(Diagnostic::new(&codes::SEGMENT_CYCLE, start.span, message).help(help));
    if let Some(last) = path.last().and_then(|(number, _)| drafts.get_mut(*number)) {
        last.typed = Typed::Const(false);
    }
}
