//! Storages and their contents.

use super::{Call, unserved};
use crate::fail::{Fail, Reply};
use crate::jobs::RemoveVolume;
use crate::storage::{Permit, Volume, keeps_files};
use crate::task::{Job, Note, Order, Span};
use crate::world::World;
use serde_json::{Value, json};

/// The calls of this file.
pub fn answer(world: &mut World, call: &Call, method: &str, path: &str) -> Reply {
    match (method, path) {
        ("GET", "/storage") => {
            let rows = world.storages.iter().filter(|s| sees(world, call, &s.id));
            Ok(rows.map(definition).collect())
        }
        ("GET", "/storage/{storage}") => Ok(definition(world.storage(call.text("storage"))?)),
        ("GET", "/nodes/{node}/storage") => Ok(list(world, call)),
        _ => inside(
            world,
            call,
            method,
            path.strip_prefix("/nodes/{node}/storage/{storage}"),
        ),
    }
}

fn inside(world: &mut World, call: &Call, method: &str, rest: Option<&str>) -> Reply {
    let id = call.text("storage").to_owned();
    match (method, rest) {
        ("GET", Some("")) => {
            Ok(json!([{ "subdir": "content" }, { "subdir": "status" }, { "subdir": "rrddata" }]))
        }
        ("GET", Some("/status")) => {
            let storage = world.usable_storage(&id, &call.node)?;
            let mut row = world.storage_json(storage, &call.node);
            if let Some(fields) = row.as_object_mut() {
                fields.remove("storage");
                fields.remove("used_fraction");
            }
            Ok(row)
        }
        ("GET", Some("/content")) => content(world, call, &id),
        ("POST", Some("/content")) => {
            let vmid = call.vmid();
            let size = crate::drive::parse_size(&format!("{}K", call.text("size"))).unwrap_or(0);
            world
                .allocate(&id, &call.node, vmid, "disk", size, None)
                .map(Value::from)
                .map_err(Fail::internal)
        }
        ("GET", Some("/prunebackups")) => Ok(prune_list(world, call, &id)),
        ("POST", Some("/download-url")) => download(world, call, id),
        ("GET", Some("/rrddata")) => Ok(super::node::rrd(world, call.text("timeframe"), |_, _| {
            json!({})
        })),
        (_, Some("/content/{volume}")) => volume(world, call, method, &id),
        _ => unserved(call),
    }
}

fn sees(world: &World, call: &Call, id: &str) -> bool {
    let path = format!("/storage/{id}");
    world
        .need_any(
            &call.who,
            &path,
            &["Datastore.Audit", "Datastore.AllocateSpace"],
        )
        .is_ok()
}

fn definition(storage: &crate::scenario::StorageData) -> Value {
    let mut row = json!({
        "storage": storage.id, "type": storage.kind, "content": storage.content,
        "digest": "e21dd0356c7a2e8fba76ff9ab8d0a60218b503ff",
    });
    if keeps_files(&storage.kind) {
        row["path"] = format!("/mnt/pve/{}", storage.id).into();
    }
    if storage.shared {
        row["shared"] = 1.into();
    }
    if storage.disabled {
        row["disable"] = 1.into();
    }
    if !storage.prune.is_empty() {
        row["prune-backups"] = storage.prune.as_str().into();
    }
    if !storage.nodes.is_empty() {
        row["nodes"] = storage.nodes.join(",").into();
    }
    row
}

fn list(world: &World, call: &Call) -> Value {
    let wanted: Vec<&str> = call
        .text("content")
        .split(',')
        .filter(|c| !c.is_empty())
        .collect();
    let rows = world.storages.iter().filter(|s| {
        (s.nodes.is_empty() || s.nodes.contains(&call.node))
            && sees(world, call, &s.id)
            && call.get("storage").is_none_or(|id| id == s.id)
            && (wanted.is_empty() || wanted.iter().any(|w| s.content.split(',').any(|c| c == *w)))
    });
    rows.map(|s| world.storage_json(s, &call.node)).collect()
}

/// A volume's id on the wire; a linked clone on files carries its base.
fn volid(world: &World, place: &Permit, volume: &Volume) -> String {
    let names_base = world
        .storage(&place.storage)
        .is_ok_and(|s| keeps_files(&s.kind) || s.kind == "zfspool");
    match &volume.parent {
        Some(base) if names_base => format!("{}:{base}/{}", place.storage, place.name),
        _ => format!("{}:{}", place.storage, place.name),
    }
}

fn content(world: &World, call: &Call, id: &str) -> Reply {
    let storage = world.usable_storage(id, &call.node)?;
    let node = if storage.shared {
        ""
    } else {
        call.node.as_str()
    };
    let mut rows = Vec::new();
    for (place, volume) in &world.volumes {
        let fits = place.storage == id
            && place.node == node
            && call.get("content").is_none_or(|c| c == volume.content)
            && call
                .number("vmid")
                .is_none_or(|v| volume.vmid == Some(v as u32));
        if !fits {
            continue;
        }
        let audit = world.may(&call.who, &format!("/storage/{id}"), "Datastore.Allocate");
        let of_vm = volume.vmid.is_some_and(|v| {
            let held = world.held(&call.who, &format!("/vms/{v}"));
            held.contains("VM.Backup")
                || (volume.content == "images" && held.contains("VM.Config.Disk"))
        });
        if volume.vmid.is_some() && !audit && !of_vm {
            continue;
        }
        let mut row = json!({
            "volid": volid(world, place, volume), "content": volume.content, "format": volume.format,
            "size": volume.size, "ctime": volume.ctime,
        });
        if let Some(vmid) = volume.vmid {
            row["vmid"] = vmid.into();
        }
        match volume.content.as_str() {
            "images" => {
                row["parent"] = volume.parent.as_deref().map_or(Value::Null, Value::from);
                row["used"] = (volume.size / 3).into();
            }
            "backup" => {
                row["subtype"] = "qemu".into();
                if let Some(notes) = &volume.notes {
                    row["notes"] = notes.as_str().into();
                }
                if volume.protected {
                    row["protected"] = 1.into();
                }
            }
            _ => {}
        }
        rows.push(row);
    }
    Ok(Value::Array(rows))
}

fn volume(world: &mut World, call: &Call, method: &str, id: &str) -> Reply {
    let name = call.text("volume");
    let full = if name.contains(':') {
        name.to_owned()
    } else {
        format!("{id}:{name}")
    };
    world.usable_storage(id, &call.node)?;
    let owner = world
        .volume(&full, &call.node)
        .and_then(|v| v.vmid)
        .or_else(|| archive_owner(&full));
    let absent = || Fail::internal(format!("volume '{full}' does not exist"));
    if world
        .volume(&full, &call.node)
        .is_some_and(|v| v.content == "backup")
    {
        let allocate = world.may(&call.who, &format!("/storage/{id}"), "Datastore.Allocate");
        if !allocate && let Some(vmid) = owner {
            world.need(&call.who, &format!("/vms/{vmid}"), "VM.Backup")?;
        }
    }
    match method {
        "GET" => {
            let volume = world.volume(&full, &call.node).ok_or_else(absent)?;
            Ok(json!({
                "path": format!("/mnt/pve/{id}/{}", full.split(':').nth(1).unwrap_or("")), "size": volume.size,
                "used": volume.size, "format": if volume.content == "backup" { "raw" } else { &volume.format },
                "notes": volume.notes, "protected": volume.protected as u8,
            }))
        }
        "PUT" => {
            let place = world.place(&full, &call.node).ok_or_else(absent)?;
            let volume = world.volumes.get_mut(&place).ok_or_else(absent)?;
            if let Some(notes) = call.get("notes") {
                volume.notes = Some(notes.to_owned());
            }
            if call.get("protected").is_some() {
                volume.protected = call.flag("protected");
            }
            Ok(Value::Null)
        }
        "DELETE" => {
            if world
                .volume(&full, &call.node)
                .is_some_and(|v| v.content == "images")
            {
                world.need(&call.who, &format!("/storage/{id}"), "Datastore.Allocate")?;
            }
            let order = Order {
                node: call.node.clone(),
                kind: "imgdel",
                id: owner.map_or_else(|| id.to_owned(), |vmid| format!("{vmid}@{id}")),
                locks: Vec::new(),
                job: Box::new(RemoveVolume {
                    volid: full,
                    node: call.node.clone(),
                }),
            };
            Ok(world.spawn(&call.who, order))
        }
        _ => unserved(call),
    }
}

/// The guest a vzdump archive's name tells.
fn archive_owner(volid: &str) -> Option<u32> {
    let rest = volid
        .split("vzdump-qemu-")
        .nth(1)
        .or_else(|| volid.split("backup/vm/").nth(1))?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn prune_list(world: &World, call: &Call, id: &str) -> Value {
    let rows = world.volumes.iter().filter(|(p, v)| {
        p.storage == id
            && v.content == "backup"
            && call
                .number("vmid")
                .is_none_or(|want| v.vmid == Some(want as u32))
    });
    rows.map(|(p, v)| {
        json!({ "volid": volid(world, p, v), "ctime": v.ctime, "vmid": v.vmid, "type": "qemu", "mark": if v.protected { "protected" } else { "keep" } })
    })
    .collect()
}

struct Download {
    place: Permit,
}

impl Job for Download {
    fn begin(&mut self, world: &mut World, _note: &mut Note) -> Result<Span, String> {
        Ok(Span::seconds(world.durations.download))
    }

    fn finish(&mut self, world: &mut World, note: &mut Note) -> Result<(), String> {
        let mut volume = Volume::image(0, 700 << 20, "iso", world.unix());
        volume.vmid = None;
        volume.content = "iso".into();
        note.say("download finished");
        world.volumes.insert(self.place.clone(), volume);
        Ok(())
    }
}

fn download(world: &mut World, call: &Call, id: String) -> Reply {
    let storage = world.usable_storage(&id, &call.node)?;
    let node = if storage.shared {
        String::new()
    } else {
        call.node.clone()
    };
    let place = Permit {
        storage: id,
        node,
        name: format!("iso/{}", call.text("filename")),
    };
    let order = Order {
        node: call.node.clone(),
        kind: "download",
        id: call.text("filename").to_owned(),
        locks: Vec::new(),
        job: Box::new(Download { place }),
    };
    Ok(world.spawn(&call.who, order))
}
