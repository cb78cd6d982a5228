//! What is left of a plan or a balance, as a provider tells it. Takes the answers of the addresses that the catalog lists
//! for it, whose form is known here, and what a hook returns; keeps apart what is unlimited, what is not part of a plan
//! and what nobody says.

use std::fmt;

use portolan_types::{Amount, Currency, Timestamp, parse_rate};
use serde_json::Value;

use crate::error::{Error, ErrorKind, Result, classify};

/// What is left, at the time of asking.
///
/// ```no_run
/// # async fn example(client: portolan::Client) -> Result<(), portolan::Error> {
/// let provider = client.provider("minimax-portal").unwrap();
/// for limit in client.quota(provider, Some("global"), None).await?.limits {
///     println!("{} for {}: {} left", limit.of, limit.period, limit.left); // `general for week: 80% left`
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Quota {
    /// What may be used in a time.
    pub limits: Vec<QuotaLimit>,
    /// Money that was paid in.
    pub balances: Vec<Balance>,
}

impl Quota {
    /// Nothing told yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a limit.
    #[must_use]
    pub fn limit(mut self, limit: QuotaLimit) -> Self {
        self.limits.push(limit);
        self
    }

    /// Adds a balance.
    #[must_use]
    pub fn balance(mut self, balance: Balance) -> Self {
        self.balances.push(balance);
        self
    }
}

/// What may be used in a time.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct QuotaLimit {
    /// What is limited, in the vendor's word: a model, a group of models, `requests`.
    pub of: String,
    /// The time that it is for: `week`.
    pub period: String,
    /// What is left.
    pub left: Left,
    /// When all of it is there again.
    pub resets: Option<Timestamp>,
}

impl QuotaLimit {
    /// A limit of which is not said when it begins anew.
    pub fn new(of: impl Into<String>, period: impl Into<String>, left: Left) -> Self {
        Self { of: of.into(), period: period.into(), left, resets: None }
    }

    /// The limit with the time at which all of it is there again.
    #[must_use]
    pub fn resets(mut self, at: Timestamp) -> Self {
        self.resets = Some(at);
        self
    }
}

/// What is left of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Left {
    /// A share of all of it.
    Percent(Percent),
    /// So many, of so many where that is told.
    Units {
        /// How many are left.
        left: u64,
        /// How many there are in all.
        of: Option<u64>,
    },
    /// There is no limit.
    Unlimited,
    /// The plan does not include it.
    NotIncluded,
    /// Nobody says.
    Unknown,
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => percent.fmt(f),
            Self::Units { left, of: Some(of) } => write!(f, "{left} of {of}"),
            Self::Units { left, of: None } => left.fmt(f),
            Self::Unlimited => f.write_str("unlimited"),
            Self::NotIncluded => f.write_str("not included"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// A percentage, exactly as a decimal says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u64);

impl Percent {
    /// Reads a decimal from 0 to 100.
    ///
    /// ```
    /// use portolan::Percent;
    ///
    /// assert_eq!(Percent::parse("62.5").unwrap().to_string(), "62.5%");
    /// assert_eq!(Percent::parse("-1"), None);
    /// assert_eq!(Percent::parse("101"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let rate = parse_rate(text).ok()?;
        (rate <= 100 * portolan_types::PICO).then_some(Self(rate))
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", portolan_types::rate_text(self.0))
    }
}

/// Money that was paid in, or that is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Balance {
    /// Which one, in the vendor's word: `total`, `granted`.
    pub of: String,
    /// How much.
    pub amount: Amount,
    /// In which currency. Balances of two currencies are never added.
    pub currency: Currency,
    /// Whether it is owed and not there to spend.
    pub owed: bool,
}

impl Balance {
    /// Reads a decimal, which may have a minus before it.
    ///
    /// ```
    /// use portolan::Balance;
    /// use portolan::types::Currency;
    ///
    /// let balance = Balance::parse("total", "49.58894", Currency::Usd).unwrap();
    /// assert_eq!(balance.amount.to_string(), "49.58894");
    /// assert!(Balance::parse("total", "-0.5", Currency::Usd).unwrap().owed);
    /// assert_eq!(Balance::parse("total", "much", Currency::Usd), None);
    /// ```
    pub fn parse(of: impl Into<String>, amount: &str, currency: Currency) -> Option<Self> {
        let digits = amount.strip_prefix('-');
        let rate = parse_rate(digits.unwrap_or(amount)).ok()?;
        let amount = Amount(u128::from(rate) * 1_000_000);
        Some(Self { of: of.into(), amount, currency, owed: digits.is_some() })
    }
}

/// The status of a limit of `MiniMax` that is none.
const UNLIMITED: u64 = 3;

/// Reads the answer of an address that the catalog lists, if its form is one that is known.
pub(crate) fn read(body: &Value) -> Result<Quota> {
    // MiniMax tells its errors with status 200.
    let status = body.pointer("/base_resp/status_code").and_then(Value::as_i64);
    if status.is_some_and(|status| status != 0) {
        return Err(classify::of_value(body));
    }
    plan_of_minimax(body).or_else(|| balance_of_deepseek(body)).ok_or_else(|| {
        let text = classify::excerpt(&body.to_string());
        Error::new(ErrorKind::Protocol, format!("what came is no quota of a known form: {text}"))
    })
}

fn plan_of_minimax(body: &Value) -> Option<Quota> {
    let models = body.get("model_remains")?.as_array()?;
    let limits = models.iter().flat_map(|model| {
        [
            remains(model, "interval", "current_interval", "end_time"),
            remains(model, "week", "current_weekly", "weekly_end_time"),
        ]
    });
    Some(Quota { limits: limits.flatten().collect(), balances: Vec::new() })
}

/// The balances of `DeepSeek`, one of each kind in each currency. One that cannot be read is none of a known form.
fn balance_of_deepseek(body: &Value) -> Option<Quota> {
    const KINDS: [(&str, &str); 3] = [
        ("total", "total_balance"),
        ("granted", "granted_balance"),
        ("topped up", "topped_up_balance"),
    ];
    let mut balances = Vec::new();
    for info in body.get("balance_infos")?.as_array()? {
        let currency = Currency::from_code(info.get("currency")?.as_str()?)?;
        for (of, field) in KINDS {
            balances.push(Balance::parse(of, info.get(field)?.as_str()?, currency)?);
        }
    }
    Some(Quota { limits: Vec::new(), balances })
}

/// One limit of `MiniMax`. Its counts mean what is left or what is used, by the version of the address; only the percentage
/// can be relied on.
fn remains(model: &Value, period: &str, prefix: &str, end: &str) -> Option<QuotaLimit> {
    let field = |name: &str| model.get(format!("{prefix}_{name}"));
    let (percent, status) = (field("remaining_percent"), field("status").and_then(Value::as_u64));
    let total = field("total_count").and_then(Value::as_u64);
    if percent.is_none() && status.is_none() && total.is_none() {
        return None;
    }
    let percent = percent.and_then(|percent| Percent::parse(&percent.to_string()));
    let left = match (status, percent, total) {
        (Some(UNLIMITED), _, _) => Left::Unlimited,
        (_, Some(percent), _) => Left::Percent(percent),
        (_, None, Some(0)) => Left::NotIncluded,
        _ => Left::Unknown,
    };
    let of = model.get("model_name").and_then(Value::as_str).unwrap_or("all models");
    let resets = model.get(end).and_then(Value::as_i64).map(|at| Timestamp(at / 1_000));
    Some(QuotaLimit { of: of.to_owned(), period: period.to_owned(), left, resets })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_plan_of_minimax_says_what_is_left_and_what_nobody_knows() {
        let body = json!({
            "base_resp": {"status_code": 0, "status_msg": "success"},
            "model_remains": [
                {
                    "model_name": "general",
                    "current_interval_remaining_percent": 80,
                    "current_interval_total_count": 0,
                    "current_interval_status": 1,
                    "end_time": 1_785_772_800_000_i64,
                    "current_weekly_status": 3,
                    "weekly_end_time": 1_786_291_200_000_i64,
                },
                {"model_name": "video", "current_interval_total_count": 0},
                {"model_name": "music", "current_interval_total_count": 5, "current_interval_usage_count": 4},
            ],
        });
        let quota = read(&body).unwrap();
        let shown = |limit: &QuotaLimit| format!("{} {}: {}", limit.of, limit.period, limit.left);
        assert_eq!(
            quota.limits.iter().map(shown).collect::<Vec<_>>(),
            [
                "general interval: 80%",
                "general week: unlimited",
                "video interval: not included",
                "music interval: unknown",
            ]
        );
        assert_eq!(quota.limits[0].resets, Timestamp::parse("2026-08-03T16:00:00Z"));
    }

    #[test]
    fn a_balance_of_deepseek_is_exact_in_its_currency() {
        let info = |total: &str| {
            json!({"is_available": true, "balance_infos": [{
                "currency": "CNY",
                "total_balance": total,
                "granted_balance": "10.00",
                "topped_up_balance": "100.07",
            }]})
        };
        let quota = read(&info("110.07")).unwrap();
        let shown =
            |balance: &Balance| format!("{}: {} {}", balance.of, balance.amount, balance.currency);
        assert_eq!(
            quota.balances.iter().map(shown).collect::<Vec<_>>(),
            ["total: 110.07 CNY", "granted: 10 CNY", "topped up: 100.07 CNY"]
        );
        assert!(read(&info("-0.5")).unwrap().balances[0].owed);
        assert_eq!(read(&info("much")).unwrap_err().kind(), ErrorKind::Protocol);
    }

    #[test]
    fn what_is_no_quota_is_an_error_that_says_what_came() {
        let refused = read(&json!({"base_resp": {"status_code": 1004, "status_msg": "no login"}}));
        assert_eq!(refused.unwrap_err().message(), "no login");
        let other = read(&json!({"data": 1})).unwrap_err();
        assert_eq!(other.kind(), ErrorKind::Protocol);
        assert!(other.message().ends_with(r#"{"data":1}"#), "{other}");
    }
}
