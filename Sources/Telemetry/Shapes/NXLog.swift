extension EventLayout {
    /// NXLog's JSON of a record: header, data and the rendered message side by side.
    ///
    /// NXLog has a key `EventType` of its own. In variant 1 it displaces Sysmon's, which then is in the message only.
    func nxlog(_ template: EventTemplate, _ header: RecordHeader, variant: Int) -> PieceList {
        let hasEventType = template["EventType"] != nil
        let displaces = hasEventType && variant == 1
        var members: [Member] = [
            Member(key: "EventTime", value: "{created.local}"),
            Member(key: "Hostname", value: "{host}"),
            Member(key: "Keywords", value: TextTemplate(Int(Int64(bitPattern: header.keywords))), isToken: true),
            Member(key: "SeverityValue", value: TextTemplate(header.isFailure ? 4 : 2), isToken: true),
            Member(key: "Severity", value: TextTemplate(text: header.isFailure ? "ERROR" : "INFO")),
            Member(key: "EventID", value: TextTemplate(header.id), isToken: !header.hasTextualID),
            Member(key: "SourceName", value: TextTemplate(text: header.provider.name)),
            Member(key: "ProviderGuid", value: TextTemplate(text: "{\(header.provider.guid)}")),
            Member(key: "Version", value: TextTemplate(header.version), isToken: true),
            Member(key: "Task", value: TextTemplate(header.task), isToken: true),
            Member(key: "OpcodeValue", value: TextTemplate(header.opcode), isToken: true),
            Member(key: "Opcode", value: "Info"),
            Member(key: "RecordNumber", value: "{record}", isToken: true),
            Member(key: "ExecutionProcessID", value: "{agent.pid}", isToken: true),
            Member(key: "ThreadID", value: "{thread}", isToken: true),
            Member(key: "Channel", value: TextTemplate(text: channel(of: header, variant: variant))),
            Member(key: "Category", value: TextTemplate(text: header.category)),
            Member(key: "EventReceivedTime", value: "{received.local}"),
            Member(key: "SourceModuleName", value: "eventlog"),
            Member(key: "SourceModuleType", value: "im_msvistalog"),
            Member(key: "@timestamp", value: "{received.iso}"),
            Member(key: "@version", value: "1"),
            Member(key: "host", value: "collector.corp.northwind.example"),
            Member(key: "port", value: TextTemplate(60_119), isToken: true),
        ]
        if !header.provider.isAudit {
            members += [
                Member(key: "Domain", value: "NT AUTHORITY"), Member(key: "AccountName", value: "SYSTEM"),
                Member(key: "AccountType", value: "User"), Member(key: "UserID", value: "S-1-5-18"),
            ]
        }
        if displaces || !hasEventType {
            let type = !header.provider.isAudit ? "INFO" : header.isFailure ? "AUDIT_FAILURE" : "AUDIT_SUCCESS"
            members.append(Member(key: "EventType", value: TextTemplate(text: type)))
        }
        for field in template.fields where !(displaces && field.name == "EventType") {
            members.append(Member(key: field.name, value: field.value))
        }
        if variant == 0 || hasEventType { members.append(Member(key: "Message", value: template.message)) }

        // The order of keys is that of a hash table: arbitrary, but the same for every event of a kind.
        var random = RandomStream(UInt64(header.id), UInt64(header.task), UInt64(variant))
        var writer = ObjectWriter()
        for member in withDuplicatesInOrder(random.shuffled(members), as: members) {
            if member.isToken {
                writer.token(member.key, member.value)
            } else {
                writer.string(member.key, member.value)
            }
        }
        writer.strings("tags", ["eventlog"])
        return writer.finished()
    }

    /// Lower case in the second variant: some collectors normalise the names of the classic logs.
    private func channel(of header: RecordHeader, variant: Int) -> String {
        variant == 1 && header.provider.isAudit ? header.provider.channel.lowercased() : header.provider.channel
    }

    /// Of members with the same key the last one counts, so those stay in the order that they were given in.
    private func withDuplicatesInOrder(_ shuffled: [Member], as given: [Member]) -> [Member] {
        var result = shuffled
        let keys = Dictionary(grouping: given.indices) { given[$0].key }.filter { $0.value.count > 1 }
        for (key, indices) in keys {
            for (place, index) in zip(shuffled.indices.filter { shuffled[$0].key == key }, indices) {
                result[place] = given[index]
            }
        }
        return result
    }
}
