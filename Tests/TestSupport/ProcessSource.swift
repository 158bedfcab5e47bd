public import TestRandom

/// Process starts as Endpoint.Processes has them, by the table of the data model's fields.
public enum ProcessSource: String, EventSource, CaseIterable {
    case sysmon, security, sensor, model

    public var name: String {
        switch self {
        case .sysmon: "Processes from Sysmon 1"
        case .security: "Processes from Security 4688"
        case .sensor: "Processes from ProcessRollup2"
        case .model: "Processes with CIM names"
        }
    }

    /// Where an event keeps what the data model calls otherwise.
    private var names: [String: String] {
        switch self {
        case .sysmon:
            [
                "user": "User", "process": "CommandLine", "process_path": "Image", "process_id": "ProcessId",
                "process_guid": "ProcessGuid", "original_file_name": "OriginalFileName", "process_hash": "Hashes",
                "process_integrity_level": "IntegrityLevel", "process_current_directory": "CurrentDirectory",
                "parent_process": "ParentCommandLine", "parent_process_path": "ParentImage",
                "parent_process_id": "ParentProcessId", "parent_process_guid": "ParentProcessGuid",
            ]
        case .security:
            [
                "user": "SubjectUserName", "process": "CommandLine", "process_path": "NewProcessName",
                "process_id": "NewProcessId", "process_integrity_level": "MandatoryLabel",
                "parent_process_path": "ParentProcessName", "parent_process_id": "ProcessId",
            ]
        case .sensor:
            [
                "user": "UserName", "process": "CommandLine", "process_path": "ImageFileName",
                "process_name": "FileName", "process_id": "RawProcessId", "process_guid": "TargetProcessId",
                "original_file_name": "OriginalFilename", "process_hash": "SHA256HashData",
                "process_integrity_level": "IntegrityLevel", "parent_process": "ParentCommandLine",
                "parent_process_path": "ParentImageFileName", "parent_process_name": "ParentBaseFileName",
                "parent_process_id": "ParentProcessId",
            ]
        case .model: [:]
        }
    }

    private var constants: [String: String] {
        switch self {
        case .sysmon: ["action": "allowed", "vendor_product": "Microsoft Sysmon", "os": "Microsoft Windows"]
        case .security: ["action": "allowed", "vendor_product": "Microsoft Windows", "os": "Microsoft Windows"]
        case .sensor: ["action": "allowed", "vendor_product": "CrowdStrike Falcon", "os": "Microsoft Windows"]
        case .model: [:]
        }
    }

    public func availability(of field: String) -> FieldAvailability {
        if self == .model { return .free }
        if let constant = constants[field] { return .constant(constant) }
        switch field {
        case "dest", "process_name", "parent_process_name": return .free
        // The same as others, which a condition then asks for beside: not made.
        case "process_exec", "parent_process_exec": return .missing
        default: return names[field] == nil ? .missing : .free
        }
    }

    public func records(
        for fields: [String: String], loose: [String], _ random: inout SeededGenerator
    ) -> [EventRecord] {
        var data: [String: String] = [:]
        for (field, value) in fields { if let name = names[field] { data[name] = value } }
        let host = fields["dest"] ?? "host-1"
        switch self {
        case .model:
            data = fields
            data["dest"] = host
            // A record of the data model is known by one of these.
            let telling = ["process", "process_name", "process_path", "parent_process", "parent_process_name"]
            if telling.allSatisfy({ data[$0, default: ""].isEmpty }) { data["process_path"] = "C:\\q\\z.bin" }
            return [EventRecord(kind: .flat, host: nil, data: data)]
        case .sensor:
            data["event_platform"] = "Win"
            data["aid"] = "5d1f"
            var withoutName = data
            if let name = fields["process_name"], random.once(in: 3) {
                // The sensor may leave the name out; it is the end of the path then.
                withoutName["FileName"] = nil
                let paths = (fields["process_path"] ?? "\\Device\\Volume1\\q.bin").paths(endingIn: name)
                let short = paths.map { path in
                    withoutName["ImageFileName"] = path
                    return EventRecord(kind: .sensor("ProcessRollup2"), host: host, data: withoutName)
                }
                return short + [EventRecord(kind: .sensor("ProcessRollup2"), host: host, data: data)]
            }
            let kind = random.once(in: 3) ? "SyntheticProcessRollup2" : "ProcessRollup2"
            return [EventRecord(kind: .sensor(kind), host: host, data: data)]
        case .sysmon, .security:
            let (image, parent) =
                self == .sysmon ? ("Image", "ParentImage") : ("NewProcessName", "ParentProcessName")
            if self == .security {
                for name in ["NewProcessId", "ProcessId"] {
                    if let number = data[name].flatMap({ UInt64($0) }) { data[name] = "0x" + String(number, radix: 16) }
                }
            }
            let channel = self == .sysmon ? WindowsLog.sysmon : WindowsLog.security
            return paths(fields["process_path"], fields["process_name"]).flatMap { path in
                paths(fields["parent_process_path"], fields["parent_process_name"]).map { parentPath in
                    data[image] = path
                    data[parent] = parentPath
                    return WindowsLog.record(channel, self == .sysmon ? "1" : "4688", host: host, data)
                }
            }
        }
    }

    /// Paths to try for a path and a name, of which one may be missing.
    private func paths(_ path: String?, _ name: String?) -> [String?] {
        guard let name else { return [path] }
        return (path ?? "C:\\folder\\q.bin").paths(endingIn: name)
    }

    public func view(of record: EventRecord) -> PlainEvent {
        let data = record.data.withoutEmpty
        if self == .model {
            var fields = data
            fields["action"] = data["action"] ?? "allowed"
            return PlainEvent(fields: fields, values: record.values)
        }
        var fields = constants
        for (field, name) in names { fields[field] = data[name] }
        fields["dest"] = record.host
        switch self {
        case .sysmon, .security:
            fields["process_name"] = fields["process_path"]?.lastPart
            fields["parent_process_name"] = fields["parent_process_path"]?.lastPart
            if self == .security {
                fields["process_id"] = fields["process_id"]?.decimal
                fields["parent_process_id"] = fields["parent_process_id"]?.decimal
            }
        case .sensor:
            fields["process_name"] = fields["process_name"] ?? fields["process_path"]?.lastPart
            fields["parent_process_guid"] = fields["parent_process_id"]
        case .model: break
        }
        fields["process_exec"] = fields["process_name"]
        fields["parent_process_exec"] = fields["parent_process_name"]
        return PlainEvent(fields: fields, values: record.values)
    }
}
