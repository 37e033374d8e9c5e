//! The body of a request to one of Postern's own JSON APIs: an object whose members are taken one by one. Each has one
//! type and occurs once; what nobody takes is unknown and refused.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::api_error::{ApiError, ApiErrorCode};
use crate::http::{MAX_BODY, Request, header};

/// The members that were not taken yet. May hold secrets: no `Debug`.
pub struct JsonBody(Map<String, Value>);

impl JsonBody {
    /// Reads the body; [`ApiError`] unless it is one JSON object, sent as `application/json`, of bounded size.
    pub fn parse(request: &Request) -> Result<Self, ApiError> {
        if request.body.len() > MAX_BODY {
            return Err(ApiError::new(ApiErrorCode::TooLarge, "The body is too large."));
        }
        let sent_as = request.single_header(&header::CONTENT_TYPE).unwrap_or_default();
        let essence = sent_as.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") || sent_as.contains(',') {
            return Err(ApiError::new(ApiErrorCode::UnsupportedMediaType, "Use application/json."));
        }
        let object: Result<Members, _> = serde_json::from_slice(&request.body);
        let object = object.map_err(|_| {
            let description = "The body must be one JSON object, without repeated members.";
            ApiError::new(ApiErrorCode::InvalidRequest, description)
        })?;
        Ok(Self(object.0))
    }

    /// All members, for a reader that ignores what it does not know.
    pub fn into_members(self) -> Map<String, Value> {
        self.0
    }

    /// The names of the members that were not taken yet, in order. Known ones only, once [`Self::finish`] has passed.
    pub fn names(&self) -> String {
        let mut names: Vec<_> = self.0.keys().map(String::as_str).collect();
        names.sort_unstable();
        names.join(" ")
    }

    /// Takes a member if it is null, which says: nothing.
    pub fn null(&mut self, name: &str) -> bool {
        let is_null = self.0.get(name).is_some_and(Value::is_null);
        is_null && self.0.remove(name).is_some()
    }

    /// Takes a member of a form of its own.
    pub fn any(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// Takes a text.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, ApiError> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(ApiError::of_field(name, "It must be a text.")),
        }
    }

    /// Takes a whole number, 0 or more.
    pub fn number(&mut self, name: &str) -> Result<Option<u64>, ApiError> {
        let Some(value) = self.0.remove(name) else { return Ok(None) };
        let number = value.as_u64();
        number.map(Some).ok_or_else(|| ApiError::of_field(name, "It must be a whole number, 0 or more."))
    }

    /// Takes a truth value.
    pub fn flag(&mut self, name: &str) -> Result<Option<bool>, ApiError> {
        let Some(value) = self.0.remove(name) else { return Ok(None) };
        value.as_bool().map(Some).ok_or_else(|| ApiError::of_field(name, "It must be true or false."))
    }

    /// Takes a list of texts.
    pub fn texts(&mut self, name: &str) -> Result<Option<Vec<String>>, ApiError> {
        let wrong = || ApiError::of_field(name, "It must be a list of texts.");
        let items = match self.0.remove(name) {
            None => return Ok(None),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(wrong()),
        };
        let text = |item| if let Value::String(text) = item { Ok(text) } else { Err(wrong()) };
        items.into_iter().map(text).collect::<Result<_, _>>().map(Some)
    }

    /// Ends the reading; [`ApiError`] names a member that was not taken.
    pub fn finish(self) -> Result<(), ApiError> {
        // The first by name, whatever order the members came in.
        match self.0.keys().min() {
            None => Ok(()),
            Some(unknown) => {
                Err(ApiError::of_field(unknown, "The body has a member that is not known here."))
            }
        }
    }
}

/// Members that occur once each: two of a name would mean one thing to us and another to somebody else
/// (RFC 8259 section 4).
struct Members(Map<String, Value>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Once;
        impl<'de> Visitor<'de> for Once {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members, A::Error> {
                let mut members = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Value>()? {
                    if members.insert(name, value).is_some() {
                        return Err(A::Error::custom("repeated"));
                    }
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Once)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::http::{Call, HeaderMap, HeaderValue, Method};
    use crate::id::InvocationId;

    fn read(content_type: &str, body: &str) -> Result<JsonBody, ApiError> {
        let invocation = InvocationId::parse("i").unwrap();
        let call = Call { invocation, source: None, deadline: Timestamp::from_secs(0), caller: None };
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
        let (path, query) = (String::new(), String::new());
        let body = body.as_bytes().to_vec();
        JsonBody::parse(&Request { method: Method::POST, path, query, headers, body, call })
    }

    fn refused(body: &str) -> ApiErrorCode {
        read("application/json", body).err().unwrap().code
    }

    #[test]
    fn each_member_has_one_type_and_none_is_left() {
        let body = r#"{"t":"x","n":7,"f":true,"l":["a","b"]}"#;
        let mut body = read("application/json; charset=utf-8", body).ok().unwrap();
        assert_eq!(body.text("t").unwrap().as_deref(), Some("x"));
        assert_eq!((body.number("n").unwrap(), body.flag("f").unwrap()), (Some(7), Some(true)));
        assert_eq!(body.text("absent").unwrap(), None);
        assert_eq!(body.0.len(), 1);
        assert_eq!(body.texts("l").unwrap().unwrap(), ["a", "b"]);
        assert!(body.finish().is_ok());
    }

    #[test]
    fn wrong_types_and_unknown_members_are_named() {
        let body = || read("application/json", r#"{"x":null,"l":["a",1]}"#).ok().unwrap();
        for error in [
            body().text("x").unwrap_err(),
            body().number("x").unwrap_err(),
            body().flag("x").unwrap_err(),
            body().texts("x").unwrap_err(),
        ] {
            assert_eq!((error.code, error.field.as_deref()), (ApiErrorCode::InvalidRequest, Some("x")));
        }
        assert_eq!(body().texts("l").unwrap_err().field.as_deref(), Some("l"));
        assert_eq!(body().finish().unwrap_err().field.as_deref(), Some("l"));
    }

    #[test]
    fn what_is_not_one_object_is_refused() {
        let deep = "[".repeat(50_000);
        for body in
            ["", "{", "[]", "\"x\"", "null", "{}{}", "{\"a\":1,\"a\":1}", "{\"a\":1,}", "\u{feff}{}", &deep]
        {
            assert_eq!(refused(body), ApiErrorCode::InvalidRequest, "{body:.9}");
        }
        assert_eq!(refused(&format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_BODY))), ApiErrorCode::TooLarge);
        for content_type in
            ["text/plain", "application/x-www-form-urlencoded", "application/json, text/plain", ""]
        {
            let error = read(content_type, "{}").err().unwrap();
            assert_eq!(error.code, ApiErrorCode::UnsupportedMediaType, "{content_type}");
        }
    }
}
