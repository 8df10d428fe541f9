//! What the outbox keeps: a response as it will be posted, and where to.

/// A finished response on its way, as it lies in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the order of this device; counts up by one.
    pub seq: u64,
    /// The response's id, which a receipt must name.
    pub id: String,
    /// Where it goes.
    pub route: Route,
    /// The body, whole; personal answers are sealed in it.
    pub body: String,
}

/// Where an entry goes, and how. Headers are no part of it: they may carry a
/// secret of the host page, so they are asked for when posting and never kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// The address, whole.
    pub endpoint: String,
    /// How the body is written.
    pub format: Format,
    /// Whether cookies go along: a word that `fetch` knows.
    pub credentials: String,
    /// What counts as a receipt.
    pub proof: Proof,
}

/// How a response is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// `application/x-www-form-urlencoded`. A simple request: another origin is
    /// asked without a preflight, so this one carries no `Idempotency-Key`; the id
    /// stands in the body.
    Form,
}

/// What counts as a receipt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// 2xx with JSON that echoes the id.
    #[default]
    Id,
    /// 201, 202 or 204; 200 where the answer is not HTML. For backends that
    /// cannot echo.
    Status,
}

impl Format {
    /// The word for it on disk and in the element's attribute.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Form => "form",
        }
    }

    /// The format of that name.
    pub fn named(name: &str) -> Self {
        if name == "form" {
            Self::Form
        } else {
            Self::Json
        }
    }

    /// The `Content-Type`.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
        }
    }
}

impl Proof {
    /// The word for it on disk and in the element's attribute.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Status => "status",
        }
    }

    /// The proof of that name.
    pub fn named(name: &str) -> Self {
        if name == "status" {
            Self::Status
        } else {
            Self::Id
        }
    }
}

impl Route {
    /// Where our collector takes many responses at once, if the endpoint looks like
    /// its own. Whether it is one, the first receipt tells.
    pub fn batches(&self) -> Option<String> {
        if self.format != Format::Json || self.proof != Proof::Id {
            return None;
        }
        let base = self.endpoint.strip_suffix("/v1/responses")?;
        Some([base, "/v1/batches"].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_go_where_our_collector_takes_them_and_nowhere_else() {
        let route = |endpoint: &str| Route {
            endpoint: endpoint.to_owned(),
            ..Route::default()
        };
        let ours = route("https://rate.example/v1/responses");
        assert_eq!(
            ours.batches().as_deref(),
            Some("https://rate.example/v1/batches")
        );
        assert_eq!(route("https://rate.example/save.php").batches(), None);
        assert_eq!(
            route("https://rate.example/v1/responses?a=b").batches(),
            None
        );
        for other in [
            Route {
                format: Format::Form,
                ..ours.clone()
            },
            Route {
                proof: Proof::Status,
                ..ours
            },
        ] {
            assert_eq!(other.batches(), None);
        }
    }
}
