extension EventLayout {
    /// Winlogbeat 6; variant 1 was told not to render messages.
    func winlogbeat6(_ template: EventTemplate, _ header: RecordHeader) -> PieceList {
        var writer = ObjectWriter()
        writer.string("@timestamp", "{created.iso}")
        writer.object("@metadata") {
            $0.string("beat", "winlogbeat")
            $0.string("type", "doc")
            $0.string("version", "6.8.23")
        }
        writer.object("event_data") { data in
            for field in template.fields { data.string(field.name, field.value) }
        }
        writer.token("event_id", TextTemplate(header.id))
        writer.string("log_name", TextTemplate(text: header.provider.channel))
        writer.string("source_name", TextTemplate(text: header.provider.name))
        writer.string("provider_guid", TextTemplate(text: "{\(header.provider.guid)}"))
        writer.string("computer_name", "{host}")
        writer.string("record_number", "{record}")
        writer.token("process_id", "{agent.pid}")
        writer.token("thread_id", "{thread}")
        writer.token("version", TextTemplate(header.version))
        writer.string("task", TextTemplate(text: header.category))
        writer.string("opcode", "Info")
        writer.string("level", TextTemplate(text: header.isFailure ? "Error" : "Information"))
        writer.string("type", "wineventlog")
        if header.provider.isAudit {
            writer.strings("keywords", [TextTemplate(text: header.isFailure ? "Audit Failure" : "Audit Success")])
        } else {
            writer.object("user") {
                $0.string("identifier", "S-1-5-18")
                $0.string("name", "SYSTEM")
                $0.string("domain", "NT AUTHORITY")
                $0.string("type", "User")
            }
        }
        writer.object("beat") {
            $0.string("name", "collector")
            $0.string("hostname", "collector")
            $0.string("version", "6.8.23")
        }
        writer.object("host") { $0.string("name", "collector") }
        if variant == 0 { writer.string("message", template.message.withLineFeeds) }
        return writer.finished()
    }

    /// Winlogbeat 7 and later; since version 8 (variant 1) the event's identifier is text.
    func winlogbeat7(_ template: EventTemplate, _ header: RecordHeader) -> PieceList {
        var writer = ObjectWriter()
        writer.string("@timestamp", "{created.iso}")
        beginning(&writer, header)
        writer.object("winlog") { log in
            envelope(&log, header)
            log.object("event_data") { data in
                for field in template.fields { data.string(field.name, field.value) }
            }
        }
        writer.string("message", template.message.withLineFeeds)
        return writer.finished()
    }

    /// Winlogbeat with its Sysmon module: what the common schema has a name for is moved there.
    func commonSchema(_ template: EventTemplate, _ header: RecordHeader) -> PieceList {
        var writer = ObjectWriter()
        writer.string("@timestamp", "{utc.iso}")
        beginning(&writer, header)
        var remaining = template
        func take(_ name: String) -> TextTemplate? {
            defer { remaining[name] = nil }
            return remaining[name]
        }
        remaining["UtcTime"] = nil
        writer.object("process") { process in
            describe(&process, from: "", take: take)
            process.object("pe") { image in
                for (key, name) in [("original_file_name", "OriginalFileName"), ("file_version", "FileVersion")] {
                    if let value = take(name) { image.string(key, value) }
                }
            }
            if template["ParentImage"] != nil || template["ParentProcessId"] != nil {
                process.object("parent") { describe(&$0, from: "Parent", take: take) }
            }
        }
        // The account is one text in Sysmon and two in the schema.
        if let account = take("User") {
            writer.object("user") {
                if account == "{user}" {
                    $0.string("domain", "{user.domain}")
                    $0.string("name", "{user.name}")
                } else {
                    $0.string("name", account)
                }
            }
        }
        for (object, key, name) in [
            ("file", "path", "TargetFilename"), ("registry", "path", "TargetObject"),
            ("source", "ip", "SourceIp"), ("destination", "ip", "DestinationIp"),
        ] {
            if let value = take(name) { writer.object(object) { $0.string(key, value) } }
        }
        if let name = take("QueryName") {
            writer.object("dns") { dns in dns.object("question") { $0.string("name", name) } }
        }
        writer.object("winlog") { log in
            envelope(&log, header)
            log.object("event_data") { data in
                for field in remaining.fields { data.string(field.name, field.value) }
            }
        }
        writer.string("message", template.message.withLineFeeds)
        return writer.finished()
    }

    private func describe(
        _ process: inout ObjectWriter, from prefix: String, take: (String) -> TextTemplate?
    ) {
        let role = prefix.isEmpty ? "process" : "parent"
        if let value = take(prefix + "Image") {
            process.string("executable", value)
            if value == TextTemplate("{\(role).image}") { process.string("name", TextTemplate("{\(role).name}")) }
        }
        if let value = take(prefix + "ProcessId") { process.value("pid", value) }
        if let value = take(prefix + "ProcessGuid") { process.string("entity_id", value) }
        if let value = take(prefix + "CommandLine") { process.string("command_line", value) }
        if prefix.isEmpty, let value = take("CurrentDirectory") { process.string("working_directory", value) }
    }

    private func beginning(_ writer: inout ObjectWriter, _ header: RecordHeader) {
        writer.object("ecs") { $0.string("version", variant == 0 ? "1.12.0" : "8.11.0") }
        writer.object("agent") {
            $0.string("type", "winlogbeat")
            $0.string("version", variant == 0 ? "7.17.18" : "8.12.2")
            $0.string("hostname", "collector")
            $0.string("ephemeral_id", "{logon.guid}")
        }
        writer.object("event") {
            $0.string("code", TextTemplate(header.id))
            $0.string("kind", "event")
            $0.string("provider", TextTemplate(text: header.provider.name))
            $0.string("action", TextTemplate(text: header.category))
            $0.string("created", "{received.iso}")
        }
        writer.object("host") { $0.string("name", "{host}") }
        writer.object("log") { $0.string("level", "information") }
    }

    private func envelope(_ log: inout ObjectWriter, _ header: RecordHeader) {
        log.string("channel", TextTemplate(text: header.provider.channel))
        log.string("computer_name", "{host}")
        log.value("event_id", TextTemplate(header.id), asToken: variant == 0)
        log.string("provider_name", TextTemplate(text: header.provider.name))
        log.string("provider_guid", TextTemplate(text: "{\(header.provider.guid)}"))
        log.value("record_id", "{record}", asToken: variant == 0)
        log.string("task", TextTemplate(text: header.category))
        log.string("opcode", "Info")
        log.string("api", "wineventlog")
        log.token("version", TextTemplate(header.version))
        log.object("process") {
            $0.token("pid", "{agent.pid}")
            $0.object("thread") { $0.token("id", "{thread}") }
        }
        if !header.provider.isAudit {
            log.object("user") {
                $0.string("identifier", "S-1-5-18")
                $0.string("name", "SYSTEM")
                $0.string("domain", "NT AUTHORITY")
                $0.string("type", "User")
            }
        }
    }
}

extension ObjectWriter {
    fileprivate mutating func value(_ key: String, _ value: TextTemplate, asToken: Bool) {
        if asToken { token(key, value) } else { string(key, value) }
    }
}
