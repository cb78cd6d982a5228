//! Reads the index of a source: a line for each of its keys, that says where it went.
//!
//! `key<TAB>ref<TAB>region or -<TAB>conditions or -<TAB>words or -`; a key that is no offering has `-` for a ref and the
//! reason behind it.

use anyhow::{Context as _, bail};
use portolan_types::{ServiceTier, Variant};

/// An index.
#[derive(Default)]
pub(crate) struct Index {
    /// The keys that are models of ours.
    pub(crate) offerings: Vec<Offering>,
    /// How many keys are none.
    pub(crate) skipped: usize,
}

/// A key of a source and what it is with us.
#[derive(Debug, PartialEq)]
pub(crate) struct Offering {
    /// The source's key.
    pub(crate) key: String,
    /// The ref of our model.
    pub(crate) reference: String,
    /// The region that the key is about.
    pub(crate) region: Option<String>,
    /// The service tier that the key is about, where it is about one alone.
    pub(crate) service_tier: Option<ServiceTier>,
    /// The variants that the key is about.
    pub(crate) variants: Vec<Variant>,
}

/// Reads an index.
pub(crate) fn read(text: &str) -> anyhow::Result<Index> {
    let mut index = Index::default();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
        match offering(line).with_context(|| format!("line {}: {line}", number + 1))? {
            Some(offering) => index.offerings.push(offering),
            None => index.skipped += 1,
        }
    }
    Ok(index)
}

fn offering(line: &str) -> anyhow::Result<Option<Offering>> {
    let fields: Vec<_> = line.split('\t').collect();
    let [key, reference, region, conditions, ..] = fields[..] else {
        return match fields[..] {
            [_, "-", _] => Ok(None),
            _ => bail!("an index line has a key, a ref, a region, conditions and words"),
        };
    };
    if reference == "-" {
        return Ok(None);
    }
    let mut offering = Offering {
        key: key.to_owned(),
        reference: reference.to_owned(),
        region: (region != "-").then(|| region.to_owned()),
        service_tier: None,
        variants: Vec::new(),
    };
    for condition in conditions.split(',').map(str::trim).filter(|one| *one != "-") {
        let (kind, value) = condition.split_once('=').context("a condition is `kind=value`")?;
        if kind == "service_tier" {
            let tier = ServiceTier::from_id(value).with_context(|| format!("no tier `{value}`"))?;
            offering.service_tier = Some(tier);
        } else {
            let variant = Variant::from_parts(kind, value);
            offering.variants.push(variant.with_context(|| format!("no variant `{condition}`"))?);
        }
    }
    Ok(Some(offering))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_a_key_is() {
        let text = "# comment\n\
            azure/eu/o1\tazure/o1\teu\tservice_tier=batch,image_size=1K\tmode=chat\n\
            sample_spec\t-\tthe file's own description\n";
        let index = read(text).unwrap();
        assert_eq!(index.skipped, 1);
        let expected = Offering {
            key: "azure/eu/o1".into(),
            reference: "azure/o1".into(),
            region: Some("eu".into()),
            service_tier: Some(ServiceTier::Batch),
            variants: vec![Variant::ImageSize1k],
        };
        assert_eq!(index.offerings, [expected]);
    }

    #[test]
    fn what_is_no_line_of_an_index_is_said_with_its_number() {
        let error = read("a\tb\t-\tsize=1K\t-\n").map(drop).unwrap_err();
        assert_eq!(format!("{error:#}"), "line 1: a\tb\t-\tsize=1K\t-: no variant `size=1K`");
    }
}
