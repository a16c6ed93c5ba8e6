//! What a product's lists offer. The cluster is asked when somebody looks at the form, never while WHMCS builds the page;
//! the answer is remembered, so that the form is drawn from the last one.

use super::EntryError;
use crate::doctor::{self, Health};
use crate::ipam::Family;
use crate::model::{ProductId, Sentence, ServerId, chain, lenient, say};
use crate::plan::{Banner, Choices, Product, ServerFields};
use crate::pve::Resource;
use crate::site::Site;
use crate::store::{pool, setting};
use crate::vm::SharedClusters;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What WHMCS offers, and the server entry of the product's group.
pub(super) struct Offer {
    choices: Choices,
    server: Option<(ServerId, ServerFields)>,
}

pub(super) fn banner(level: &'static str, text: Sentence) -> Banner {
    Banner { level, text }
}

fn warning((health, text): (Health, Sentence)) -> Banner {
    banner(
        if health == Health::Fail {
            "danger"
        } else {
            "warning"
        },
        text,
    )
}

fn unreachable(why: String) -> Sentence {
    say::cluster_unreachable(Sentence::foreign(why))
}

impl Offer {
    /// Reads what WHMCS has. What is wrong with the server group leaves a banner, and stored values stay choosable.
    pub(super) async fn of(site: &Site, product_id: u64) -> Result<Self, EntryError> {
        let mut choices = Choices {
            email_templates: pairs(&site.host.effect("email_templates", json!({})).await?),
            departments: pairs(&site.host.effect("departments", json!({})).await?),
            ..Choices::default()
        };
        let args = json!({"product_id": product_id});
        let group = site.host.effect("product_servers", args).await?;
        let problem = group["problem"].as_str().unwrap_or_default();
        if !problem.is_empty() {
            let text = match problem {
                "no_group" => say::servers_no_group(),
                "group_deleted" => say::servers_group_deleted(),
                "group_empty" => say::servers_group_empty(),
                _ => say::servers_server_missing(),
            };
            let notice = banner("danger", text);
            choices.banners.push(notice);
            return Ok(Self {
                choices,
                server: None,
            });
        }
        let id = lenient::whole(&group["server"]["serverid"]).unwrap_or(0);
        let server = match ServerFields::parse(&group["server"]) {
            Ok(fields) => Some((ServerId(id), fields)),
            Err(error) => {
                let notice = banner("danger", unreachable(chain(&error)));
                choices.banners.push(notice);
                None
            }
        };
        Ok(Self { choices, server })
    }

    /// Warns of what a saved product lacks, as far as the database knows.
    pub(super) async fn warn(
        &self,
        site: &Site,
        product: &Product,
        choices: &mut Choices,
    ) -> Result<(), EntryError> {
        if let Some((server, fields)) = &self.server {
            let found = doctor::beside_cluster(site, *server, fields, product).await?;
            choices.banners.extend(found.into_iter().map(warning));
        }
        Ok(())
    }

    /// The families of which the server entry has a pool.
    pub(super) async fn pools(&self, site: &Site) -> Result<Vec<Family>, EntryError> {
        let Some((server, _)) = &self.server else {
            return Ok(vec![]);
        };
        let rows = pool::list(&site.host, Some(server.0)).await?;
        let families = rows.iter().filter_map(|row| Family::parse(&row.family));
        Ok(families.collect())
    }

    /// Whether there is a cluster to ask.
    pub(super) fn can_ask(&self) -> bool {
        self.server.is_some()
    }

    /// The lists as they were last asked, and when that was.
    pub(super) async fn remembered(
        &self,
        site: &Site,
    ) -> Result<(Choices, Option<i64>), EntryError> {
        let mut choices = self.choices.clone();
        let Some((server, _)) = &self.server else {
            return Ok((choices, None));
        };
        let kept = setting::get(&site.host, &place(*server)).await?;
        let Some(kept) = kept.and_then(|text| serde_json::from_str::<Value>(&text).ok()) else {
            return Ok((choices, None));
        };
        for (name, list) in lists(&mut choices) {
            *list = pairs(&kept[name]);
        }
        Ok((choices, kept["at"].as_i64()))
    }

    /// The lists as the cluster has them now. Where it does not answer, the last ones and a banner that says so.
    /// `product`: what is saved of the product, to be compared with the cluster.
    pub(super) async fn asked(
        self,
        site: &Site,
        product: Option<(ProductId, &Product)>,
    ) -> Result<(Choices, Option<i64>), EntryError> {
        let (mut choices, at) = self.remembered(site).await?;
        let Some((server, fields)) = &self.server else {
            return Ok((choices, at));
        };
        let mut now = self.choices.clone();
        match offered(site, *server, fields, product, &mut now).await {
            Ok(()) => {
                let mut kept = json!({"at": site.now()});
                for (name, list) in lists(&mut now) {
                    kept[name] = list
                        .iter()
                        .map(|(value, label)| json!({"id": value, "name": label}))
                        .collect();
                }
                setting::put(&site.host, &place(*server), &kept.to_string()).await?;
                Ok((now, Some(site.now())))
            }
            Err(text) => {
                let notice = banner("warning", unreachable(text));
                choices.banners.push(notice);
                Ok((choices, at))
            }
        }
    }
}

/// Whether the cluster of a server entry had a template when it was last asked for its lists.
pub(super) async fn has_templates(site: &Site, server: ServerId) -> Result<bool, EntryError> {
    let kept = setting::get(&site.host, &place(server)).await?;
    let kept = kept.and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let templates = kept.map(|kept| {
        kept["templates"]
            .as_array()
            .is_some_and(|list| !list.is_empty())
    });
    Ok(templates == Some(true))
}

/// Where the lists of a server entry are kept.
fn place(server: ServerId) -> String {
    format!("lists_of_server_{server}")
}

/// The lists that come from the cluster, by the names under which they are kept.
fn lists(choices: &mut Choices) -> [(&'static str, &mut Vec<(String, String)>); 6] {
    [
        ("nodes", &mut choices.nodes),
        ("templates", &mut choices.templates),
        ("storages", &mut choices.storages),
        ("backup_storages", &mut choices.backup_storages),
        ("iso_storages", &mut choices.iso_storages),
        ("bridges", &mut choices.bridges),
    ]
}

/// A list of names, or of ids with their names.
fn pairs(list: &Value) -> Vec<(String, String)> {
    let one = |entry: &Value| match entry {
        Value::String(name) => (name.clone(), name.clone()),
        entry => (
            lenient::text_of(entry, "id"),
            lenient::text_of(entry, "name"),
        ),
    };
    list.as_array().into_iter().flatten().map(one).collect()
}

async fn offered(
    site: &Site,
    server: ServerId,
    fields: &ServerFields,
    product: Option<(ProductId, &Product)>,
    choices: &mut Choices,
) -> Result<(), String> {
    let cluster = SharedClusters::default()
        .of(site, server, fields)
        .await
        .map_err(|failure| failure.text)?;
    let resources = cluster.resources().await.map_err(|error| chain(&error))?;
    listed(&resources, choices);
    if let Some(node) = resources
        .iter()
        .filter_map(Resource::node)
        .find(|node| node.online)
    {
        let bridges = cluster
            .api
            .bridges(&node.node)
            .await
            .map_err(|error| chain(&error))?;
        choices.bridges = bridges.iter().map(|bridge| same(bridge)).collect();
    }
    if let Some((id, product)) = product {
        let found = doctor::at_cluster(site, &cluster, id, product).await;
        let found = found.map_err(|error| chain(&error))?;
        choices.banners.extend(found.into_iter().map(warning));
    }
    Ok(())
}

/// A choice that is called what it is.
fn same(name: &str) -> (String, String) {
    (name.to_owned(), name.to_owned())
}

/// What the cluster's list offers: nodes, templates and storages.
fn listed(resources: &[Resource], choices: &mut Choices) {
    let mut nodes: Vec<String> = resources
        .iter()
        .filter_map(Resource::node)
        .map(|node| node.node.0.clone())
        .collect();
    nodes.sort_unstable();
    let mut templates: Vec<_> = resources
        .iter()
        .filter_map(Resource::guest)
        .filter(|guest| guest.template && guest.is_vm())
        .map(|guest| (guest.vmid, guest.name.clone()))
        .collect();
    templates.sort_unstable();
    choices.templates = templates
        .iter()
        .map(|(vmid, name)| (vmid.to_string(), format!("{vmid} {name}")))
        .collect();
    let storages = |content: &str| -> BTreeSet<(String, String)> {
        let known = resources
            .iter()
            .filter_map(Resource::storage)
            .filter(|storage| storage.holds(content));
        known
            .map(|storage| (storage.storage.0.clone(), storage.kind.clone()))
            .collect()
    };
    choices.storages = storages("images")
        .iter()
        .map(|(name, _)| same(name))
        .collect();
    choices.iso_storages = storages("iso").iter().map(|(name, _)| same(name)).collect();
    choices.backup_storages = storages("backup")
        .iter()
        .map(|(name, kind)| (format!("{name}|{kind}"), format!("{name} ({kind})")))
        .collect();
    choices.nodes = nodes.iter().map(|node| same(node)).collect();
}
