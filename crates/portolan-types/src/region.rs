//! Where a provider answers. An endpoint of a provider with regions can be had only through a region: by the
//! provider's generated `Region` enum, or by an id that is checked against the provider's list. No path here takes
//! "the first" region.

use core::fmt;

use crate::words::words;

words! {
    /// A wire protocol: how a request and its answer are spelled.
    Api {
        /// `POST /chat/completions`, as `OpenAI` defined it.
        OpenaiCompletions = "openai-completions",
        /// `POST /responses`, as `OpenAI` defined it.
        OpenaiResponses = "openai-responses",
        /// `POST /v1/messages`, as Anthropic defined it.
        AnthropicMessages = "anthropic-messages",
        /// `POST /models/{model}:generateContent`, as Google defined it.
        GoogleGenerativeAi = "google-generative-ai",
        /// `generateContent` and `rawPredict` under a Google Cloud project.
        GoogleVertex = "google-vertex",
        /// `POST /model/{model}/converse`, as Amazon Bedrock defined it.
        BedrockConverse = "bedrock-converse",
        /// `POST /openai/v1/chat/completions` with the name of a deployment, as Azure defined it.
        AzureOpenai = "azure-openai",
        /// `POST /api/chat`, as Ollama defined it.
        Ollama = "ollama",
        /// The provider's own protocol; its services say what is called.
        Native = "native",
    }
}

impl Api {
    /// Whether the protocol says how an endpoint lists its models.
    pub const fn lists_models(self) -> bool {
        !matches!(self, Self::GoogleVertex | Self::Native)
    }
}

words! {
    /// How a request carries its credential.
    Header {
        /// `Authorization: Bearer KEY`.
        Bearer = "bearer",
        /// `x-api-key: KEY`.
        XApiKey = "x-api-key",
        /// `api-key: KEY`.
        ApiKey = "api-key",
        /// `x-goog-api-key: KEY`.
        XGoogApiKey = "x-goog-api-key",
        /// `x-key: KEY`.
        XKey = "x-key",
        /// `xi-api-key: KEY`.
        XiApiKey = "xi-api-key",
        /// `Authorization: KEY`.
        Authorization = "authorization",
        /// `Authorization: Token KEY`.
        Token = "token",
        /// `Authorization: Key KEY`.
        Key = "key",
        /// `Authorization: Basic ...`, a name and a password.
        Basic = "basic",
        /// The parameter `key` of the URL.
        QueryKey = "query-key",
        /// A request signature (AWS Signature Version 4).
        SigV4 = "sigv4",
        /// A request signature (Oracle Cloud Infrastructure).
        OciSignature = "oci-signature",
        /// No credential is sent.
        None = "none",
    }
}

/// One address of a provider: the protocol it speaks, its base URL and how it takes the credential.
///
/// The URL is private to this type so that it can be had only through [`Regions`] or a provider's generated code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Endpoint {
    api: Api,
    url: &'static str,
    header: Header,
}

impl Endpoint {
    #[doc(hidden)]
    pub const fn new(api: Api, url: &'static str, header: Header) -> Self {
        Self { api, url, header }
    }

    /// The wire protocol spoken here.
    pub const fn api(&self) -> Api {
        self.api
    }

    /// The base URL without a trailing slash. It may hold `{variables}`: see [`Endpoint::write_url`].
    pub const fn url(&self) -> &'static str {
        self.url
    }

    /// How a request carries its credential.
    pub const fn header(&self) -> Header {
        self.header
    }

    /// The names of the `{variables}` of the URL, in order.
    pub fn variables(&self) -> impl Iterator<Item = &'static str> {
        self.url.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
    }

    /// Writes the URL with its variables filled in.
    ///
    /// # Errors
    /// [`UrlError::Missing`] for a variable that `value` does not know, and [`UrlError::NotALabel`] for a value that
    /// is not one DNS label (letters, digits and inner hyphens, at most 63): a value can never move the request, and
    /// the key with it, to another host.
    pub fn write_url<'v>(
        &self,
        out: &mut impl fmt::Write,
        value: impl Fn(&str) -> Option<&'v str>,
    ) -> Result<(), UrlError> {
        fill(self.url, out, value)
    }
}

/// Writes an address with its `{variables}` filled in.
pub(crate) fn fill<'v>(
    address: &'static str,
    out: &mut impl fmt::Write,
    value: impl Fn(&str) -> Option<&'v str>,
) -> Result<(), UrlError> {
    let mut rest = address;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').ok_or(UrlError::Missing { variable: after })?;
        let value = value(name).ok_or(UrlError::Missing { variable: name })?;
        if !is_dns_label(value) {
            return Err(UrlError::NotALabel { variable: name });
        }
        write(out, before)?;
        write(out, value)?;
        rest = tail;
    }
    write(out, rest)
}

fn write(out: &mut impl fmt::Write, text: &str) -> Result<(), UrlError> {
    out.write_str(text).map_err(|fmt::Error| UrlError::Full)
}

/// Whether a text is one DNS label: what a variable of a URL may be.
pub fn is_dns_label(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Why a URL with variables could not be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum UrlError {
    /// No value for this variable.
    Missing {
        /// The variable's name.
        variable: &'static str,
    },
    /// The value of this variable is not one DNS label.
    NotALabel {
        /// The variable's name.
        variable: &'static str,
    },
    /// The output took no more text.
    Full,
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { variable } => write!(f, "no value for `{{{variable}}}` of the URL"),
            Self::NotALabel { variable } => {
                write!(f, "the value of `{{{variable}}}` is not one DNS label")
            }
            Self::Full => f.write_str("the output took no more text"),
        }
    }
}

impl core::error::Error for UrlError {}

/// A region of a provider as generated code states it. Nobody is handed one: a list of regions tells their names, and
/// endpoints are reached through [`Region`] or [`Regions`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RegionRow {
    name: RegionName,
    endpoints: &'static [Endpoint],
}

impl RegionRow {
    #[doc(hidden)]
    pub const fn new(id: &'static str, name: &'static str, endpoints: &'static [Endpoint]) -> Self {
        Self { name: RegionName { id, name }, endpoints }
    }
}

/// What a region is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RegionName {
    /// The id, as `--region` takes it: `sgp`.
    pub id: &'static str,
    /// The English name: `Singapore`.
    pub name: &'static str,
}

/// The names of a provider's regions, in the order of its manifest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RegionNames(&'static [RegionRow]);

impl RegionNames {
    /// The names.
    pub fn iter(self) -> impl Iterator<Item = RegionName> {
        self.0.iter().map(|row| row.name)
    }

    /// Whether the provider has no regions.
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for RegionNames {
    /// The ids: `` `cn`, `sgp` ``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, name) in self.iter().enumerate() {
            write!(f, "{}`{}`", if position == 0 { "" } else { ", " }, name.id)?;
        }
        Ok(())
    }
}

/// A provider's generated region enum: the typed way to an endpoint of a provider with regions.
pub trait Region: Copy {
    #[doc(hidden)]
    fn row(self) -> &'static RegionRow;

    /// What the region is called.
    fn name(self) -> RegionName {
        self.row().name
    }

    /// The addresses of the provider in this region, the default api first.
    fn endpoints(self) -> &'static [Endpoint] {
        self.row().endpoints
    }
}

/// The regions of a provider and what happens when nobody names one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Regions(Policy);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Policy {
    Single(&'static [Endpoint]),
    Default { id: &'static str, rows: &'static [RegionRow] },
    Required(&'static [RegionRow]),
}

words! {
    /// What a provider says about regions.
    RegionPolicy {
        /// It has no regions.
        None = "none",
        /// It has regions and names the one that is meant when none is named.
        Default = "default",
        /// It has regions and one must be named.
        Required = "required",
    }
}

impl Regions {
    #[doc(hidden)]
    pub const fn single(endpoints: &'static [Endpoint]) -> Self {
        Self(Policy::Single(endpoints))
    }

    #[doc(hidden)]
    pub const fn with_default(id: &'static str, rows: &'static [RegionRow]) -> Self {
        Self(Policy::Default { id, rows })
    }

    #[doc(hidden)]
    pub const fn required(rows: &'static [RegionRow]) -> Self {
        Self(Policy::Required(rows))
    }

    /// What the provider says about regions.
    pub const fn policy(&self) -> RegionPolicy {
        match self.0 {
            Policy::Single(_) => RegionPolicy::None,
            Policy::Default { .. } => RegionPolicy::Default,
            Policy::Required(_) => RegionPolicy::Required,
        }
    }

    /// The regions, empty for a provider that has none.
    pub const fn names(&self) -> RegionNames {
        match self.0 {
            Policy::Single(_) => RegionNames(&[]),
            Policy::Default { rows, .. } | Policy::Required(rows) => RegionNames(rows),
        }
    }

    /// The region that is meant when none is named, if the provider says so.
    pub const fn default_id(&self) -> Option<&'static str> {
        match self.0 {
            Policy::Default { id, .. } => Some(id),
            Policy::Single(_) | Policy::Required(_) => None,
        }
    }

    /// The dynamic way to the endpoints: a region by id, or `None` where the provider has no regions or names a
    /// default. The default api comes first.
    ///
    /// # Errors
    /// [`RegionError`] with the choices: a required region was not named, or the id is not one of the provider's. A
    /// region named to a provider without regions is an error too.
    pub fn endpoints(&self, region: Option<&str>) -> Result<&'static [Endpoint], RegionError> {
        let choices = self.names();
        let Some(id) = region.or(self.default_id()) else {
            return match self.0 {
                Policy::Single(endpoints) => Ok(endpoints),
                _ => Err(RegionError::Required { choices }),
            };
        };
        let row = choices.0.iter().find(|row| row.name.id == id);
        row.map(|row| row.endpoints).ok_or(RegionError::Unknown { choices })
    }
}

/// Why a provider has no endpoint for what was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RegionError {
    /// The provider requires a region and none was named.
    Required {
        /// The provider's regions.
        choices: RegionNames,
    },
    /// The provider has no region of that id.
    Unknown {
        /// The provider's regions, empty if it has none.
        choices: RegionNames,
    },
}

impl fmt::Display for RegionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, choices) = match self {
            Self::Required { choices } => ("a region is required", choices),
            Self::Unknown { choices } => ("no such region", choices),
        };
        if choices.is_empty() {
            return write!(f, "{what}: this provider has no regions");
        }
        write!(f, "{what}: one of {choices}")
    }
}

impl core::error::Error for RegionError {}

#[cfg(test)]
mod tests {
    extern crate alloc;
    use alloc::string::{String, ToString};

    use super::*;

    static ROWS: [RegionRow; 2] = [
        RegionRow::new(
            "cn",
            "China",
            &[Endpoint::new(Api::Ollama, "https://cn.example", Header::None)],
        ),
        RegionRow::new("sgp", "Singapore", &[]),
    ];

    #[test]
    fn a_required_region_is_never_the_first() {
        let regions = Regions::required(&ROWS);
        let error = regions.endpoints(None).unwrap_err();
        assert_eq!(error.to_string(), "a region is required: one of `cn`, `sgp`");
        assert_eq!(regions.endpoints(Some("cn")).unwrap()[0].url(), "https://cn.example");
        assert_eq!(
            regions.endpoints(Some("eu")),
            Err(RegionError::Unknown { choices: RegionNames(&ROWS) })
        );
    }

    #[test]
    fn a_default_region_is_the_one_that_is_named() {
        let regions = Regions::with_default("cn", &ROWS);
        assert_eq!(regions.endpoints(None), regions.endpoints(Some("cn")));
        assert_eq!(regions.policy(), RegionPolicy::Default);
    }

    #[test]
    fn a_region_of_a_provider_without_regions_is_an_error() {
        let regions = Regions::single(&[]);
        assert_eq!(regions.endpoints(None), Ok(&[][..]));
        let error = regions.endpoints(Some("cn")).unwrap_err();
        assert_eq!(error.to_string(), "no such region: this provider has no regions");
    }

    #[test]
    fn a_variable_is_one_dns_label() {
        let endpoint =
            Endpoint::new(Api::AzureOpenai, "https://{resource}.example.com/v1", Header::ApiKey);
        assert_eq!(endpoint.variables().collect::<alloc::vec::Vec<_>>(), ["resource"]);
        let url = |value: Option<&'static str>| {
            let mut out = String::new();
            endpoint.write_url(&mut out, |_| value).map(|()| out)
        };
        assert_eq!(url(Some("acme-1")).unwrap(), "https://acme-1.example.com/v1");
        assert_eq!(url(None), Err(UrlError::Missing { variable: "resource" }));
        for hostile in ["evil.example#", "a.b", "", "-a", "a-", "a/b", "a@b", "ü"] {
            assert_eq!(url(Some(hostile)), Err(UrlError::NotALabel { variable: "resource" }));
        }
    }
}
