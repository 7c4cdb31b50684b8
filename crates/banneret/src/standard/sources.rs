//! The sources that the library carries: how a provider's objects become the standard facts.

/// A source that a book may name in its manifest.
pub(crate) struct StandardSource {
    /// What a book writes: `stripe@1`.
    pub(crate) name: &'static str,
    /// The name of the text.
    pub(crate) file: &'static str,
    pub(crate) text: &'static str,
    /// The group of facts that it makes no sense without.
    pub(crate) needs: &'static str,
}

pub(crate) const SOURCES: [StandardSource; 1] = [StandardSource {
    name: "stripe@1",
    file: "<standard>/stripe.yaml",
    text: include_str!("stripe.yaml"),
    needs: "billing@1",
}];
