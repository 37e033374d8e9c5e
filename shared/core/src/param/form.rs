//! `application/x-www-form-urlencoded` parameters (RFC 6749 appendix B), each at most once (section 3.1, 3.2).

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

/// RFC 8707 section 2 lets this one repeat.
const MAY_REPEAT: &str = "resource";

/// Parameters of a query or a form. Holds secrets: no `Debug`.
#[derive(Default)]
pub struct Parameters {
    values: BTreeMap<String, Vec<String>>,
}

/// What is wrong with the parameters of a request: `invalid_request` (RFC 6749 section 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterError {
    /// Not percent-encoded UTF-8.
    Encoding,
    /// The named parameter, or an unknown one, occurs twice.
    Repeated(&'static str),
    /// The named parameter is required.
    Missing(&'static str),
    /// The named parameter does not fit its grammar.
    Malformed(&'static str),
}

impl Parameters {
    /// Decodes `text`; [`ParameterError::Encoding`] when it is not percent-encoded UTF-8.
    pub fn parse(text: &[u8]) -> Result<Self, ParameterError> {
        let text = std::str::from_utf8(text).map_err(|_| ParameterError::Encoding)?;
        let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            values.entry(decode(name)?).or_default().push(decode(value)?);
        }
        Ok(Self { values })
    }

    /// The value of a parameter. One without a value counts as absent (RFC 6749 section 3.1);
    /// [`ParameterError::Repeated`] when there are several.
    pub fn get(&self, name: &'static str) -> Result<Option<&str>, ParameterError> {
        match self.values.get(name).map(Vec::as_slice) {
            None => Ok(None),
            Some([one]) => Ok(Some(one.as_str()).filter(|value| !value.is_empty())),
            Some(_) => Err(ParameterError::Repeated(name)),
        }
    }

    /// The value of a required parameter; [`ParameterError::Missing`] without one.
    pub fn require(&self, name: &'static str) -> Result<&str, ParameterError> {
        self.get(name)?.ok_or(ParameterError::Missing(name))
    }

    /// All values of a parameter that may repeat.
    pub fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// [`ParameterError::Repeated`] when any parameter occurs twice, also one that we do not know.
    pub fn verify_unique(&self) -> Result<(), ParameterError> {
        let repeated = self.values.iter().any(|(name, values)| name != MAY_REPEAT && values.len() > 1);
        if repeated { Err(ParameterError::Repeated("a parameter")) } else { Ok(()) }
    }
}

fn decode(text: &str) -> Result<String, ParameterError> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().map_err(|_| ParameterError::Encoding)?;
    Ok(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Parameters {
        Parameters::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn t03_empty_is_absent() {
        assert_eq!(parse("code=&state=x").get("code"), Ok(None));
    }

    #[test]
    fn t03_a06_doubled_is_refused_even_when_equal() {
        let parameters = parse("code=a&code=a");
        assert_eq!(parameters.get("code"), Err(ParameterError::Repeated("code")));
        assert!(parameters.verify_unique().is_err());
    }

    #[test]
    fn unknown_doubled_is_refused_and_resource_is_not() {
        assert!(parse("x=1&x=2").verify_unique().is_err());
        assert!(parse("resource=a&resource=b").verify_unique().is_ok());
    }

    #[test]
    fn plus_and_percent_are_decoded() {
        assert_eq!(parse("scope=a+b%20c").get("scope"), Ok(Some("a b c")));
    }

    #[test]
    fn t02_bad_utf8_is_refused() {
        assert_eq!(Parameters::parse(b"a=%ff").err(), Some(ParameterError::Encoding));
        assert_eq!(Parameters::parse(b"a=\xff").err(), Some(ParameterError::Encoding));
    }
}
