public import TestRandom

/// Files as Endpoint.Filesystem has them.
public enum FileSource: String, EventSource, CaseIterable {
    case sysmonMade, sysmonDeleted, security, model

    public var name: String {
        switch self {
        case .sysmonMade: "Filesystem from Sysmon 11"
        case .sysmonDeleted: "Filesystem from Sysmon 23"
        case .security: "Filesystem from Security 4663"
        case .model: "Filesystem with CIM names"
        }
    }

    public func availability(of field: String) -> FieldAvailability {
        switch (self, field) {
        case (.model, _): .free
        case (.sysmonMade, "action"): .constant("created")
        case (.sysmonDeleted, "action"): .constant("deleted")
        case (.security, "action"): .oneOf(["deleted", "modified", "read"])
        case (.security, "process_guid"), (.security, "file_hash"): .missing
        case (_, "dest"), (_, "user"), (_, "action"), (_, "file_path"), (_, "file_name"), (_, "process_guid"),
            (_, "process_id"), (_, "file_hash"):
            .free
        default: .missing
        }
    }

    /// Rights that a process used, by what it did with them.
    private static let rights = ["deleted": "%%1537", "modified": "%%4417", "read": "%%4416"]

    public func records(
        for fields: [String: String], loose: [String], _ random: inout SeededGenerator
    ) -> [EventRecord] {
        let host = fields["dest"] ?? "host-1"
        if self == .model {
            var data = fields
            data["dest"] = host
            if ["file_path", "file_name"].allSatisfy({ data[$0, default: ""].isEmpty }) { data["file_path"] = "C:\\q" }
            return [EventRecord(kind: .flat, host: nil, data: data)]
        }
        var data: [String: String] = [:]
        let field = self == .security ? "ObjectName" : "TargetFilename"
        if self == .security {
            data["ObjectType"] = "File"
            data["SubjectUserName"] = fields["user"]
            data["AccessList"] = Self.rights[fields["action"]?.lowercased() ?? "modified"] ?? "%%4417"
            data["ProcessId"] = fields["process_id"]
            data["ProcessName"] = "C:\\Windows\\q.bin"
        } else {
            data["Image"] = "C:\\Windows\\q.bin"
            data["User"] = fields["user"]
            data["ProcessId"] = fields["process_id"]
            data["ProcessGuid"] = fields["process_guid"]
            data["Hashes"] = fields["file_hash"]
            if self == .sysmonMade, random.once(in: 2) {
                data["UtcTime"] = "2024-05-01 10:00:00.250"
                data["CreationUtcTime"] = "2024-05-01 10:00:00.250"
            }
        }
        let name = fields["file_name"]
        let path = fields["file_path"]
        let paths: [String?] = name == nil ? [path] : (path ?? "C:\\folder\\q").paths(endingIn: name)
        return paths.map { file in
            data[field] = file
            switch self {
            case .sysmonMade: return WindowsLog.record(WindowsLog.sysmon, "11", host: host, data)
            case .sysmonDeleted: return WindowsLog.record(WindowsLog.sysmon, "23", host: host, data)
            case .security, .model: return WindowsLog.record(WindowsLog.security, "4663", host: host, data)
            }
        }
    }

    public func view(of record: EventRecord) -> PlainEvent {
        let data = record.data.withoutEmpty
        if self == .model { return PlainEvent(fields: data, values: record.values) }
        var fields: [String: String] = [:]
        fields["dest"] = record.host
        fields["file_path"] = data[self == .security ? "ObjectName" : "TargetFilename"]
        fields["file_name"] = fields["file_path"]?.lastPart
        fields["user"] = data[self == .security ? "SubjectUserName" : "User"]
        fields["process_id"] = data["ProcessId"]?.decimal
        fields["process_guid"] = data["ProcessGuid"]
        fields["file_hash"] = data["Hashes"]
        switch self {
        case .sysmonMade: fields["action"] = "created"
        case .sysmonDeleted: fields["action"] = "deleted"
        case .security: fields["action"] = Self.rights.first { $0.value == data["AccessList"] }?.key
        case .model: break
        }
        return PlainEvent(fields: fields, values: record.values)
    }
}
