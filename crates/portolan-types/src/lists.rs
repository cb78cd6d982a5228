//! Where a provider lists its models, where it is not as its wire protocol does: plain data, most of it empty.

use core::fmt;

use crate::model::stated;
use crate::region::{Header, UrlError, fill};

/// A list of the models that requests may name, and how to read it. An answer is JSON; a field is named by its path, as
/// `data.models`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ModelsUrl {
    /// What is asked for by `GET`: a path below the origin of the endpoint in use, or a whole address. It may hold
    /// `{variables}`: see [`ModelsUrl::write_url`].
    pub url: &'static str,
    /// See [`ModelsUrl::items`](ModelsUrl::items()).
    pub items: &'static str,
    /// See [`ModelsUrl::id`](ModelsUrl::id()).
    pub id: &'static str,
    /// What stands before an id in the answer and not in a request.
    pub strip: &'static str,
    /// What stands before an id in a request and not in the answer.
    pub add: &'static str,
    /// See [`ModelsUrl::next`](ModelsUrl::next()).
    pub next: &'static str,
    /// See [`ModelsUrl::cursor`](ModelsUrl::cursor()).
    pub cursor: &'static str,
    /// How the request carries its credential, where it is not the endpoint's way.
    pub header: Option<Header>,
}

impl ModelsUrl {
    /// A list of texts, which are ids, on one page: what generated rows start from.
    pub const PLAIN: Self =
        Self { url: "", items: "", id: "", strip: "", add: "", next: "", cursor: "", header: None };

    /// The field of the answer that holds the models; nothing where the answer itself is the list.
    pub const fn items(&self) -> Option<&'static str> {
        stated(self.items)
    }

    /// The field of a model that holds its id, or two whose texts a `/` or `@` joins, as `owner/name`; nothing where the
    /// model is the id.
    pub const fn id(&self) -> Option<&'static str> {
        stated(self.id)
    }

    /// The field of the answer that leads to the next page.
    pub const fn next(&self) -> Option<&'static str> {
        stated(self.next)
    }

    /// The parameter of the request that takes what [`ModelsUrl::next`](ModelsUrl::next()) holds; nothing where that is
    /// the address of the next page.
    pub const fn cursor(&self) -> Option<&'static str> {
        stated(self.cursor)
    }

    /// Writes the address with its variables filled in.
    ///
    /// # Errors
    /// As [`Endpoint::write_url`](crate::Endpoint::write_url).
    pub fn write_url<'v>(
        &self,
        out: &mut impl fmt::Write,
        value: impl Fn(&str) -> Option<&'v str>,
    ) -> Result<(), UrlError> {
        fill(self.url, out, value)
    }
}
