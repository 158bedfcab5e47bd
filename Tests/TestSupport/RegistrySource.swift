public import TestRandom

/// Changes of the registry as Endpoint.Registry has them.
public enum RegistrySource: String, EventSource, CaseIterable {
    case sysmonValue, sysmonKey, security, model

    public var name: String {
        switch self {
        case .sysmonValue: "Registry from Sysmon 13"
        case .sysmonKey: "Registry from Sysmon 12"
        case .security: "Registry from Security 4657"
        case .model: "Registry with CIM names"
        }
    }

    public func availability(of field: String) -> FieldAvailability {
        switch (self, field) {
        case (.model, _): .free
        case (_, "status"): .constant("success")
        case (.sysmonValue, "action"): .constant("modified")
        case (.sysmonKey, "action"): .oneOf(["created", "deleted"])
        case (.sysmonKey, "registry_value_data"): .missing
        case (.security, "action"): .oneOf(["created", "modified", "deleted"])
        case (.security, "process_guid"): .missing
        case (_, "dest"), (_, "user"), (_, "action"), (_, "registry_path"), (_, "registry_key_name"),
            (_, "registry_value_name"), (_, "registry_value_data"), (_, "process_guid"), (_, "process_id"):
            .free
        default: .missing
        }
    }

    public func records(
        for fields: [String: String], loose: [String], _ random: inout SeededGenerator
    ) -> [EventRecord] {
        let host = fields["dest"] ?? "host-1"
        switch self {
        case .model:
            var data = fields
            data["dest"] = host
            let telling = ["registry_path", "registry_key_name", "registry_value_name"]
            if telling.allSatisfy({ data[$0, default: ""].isEmpty }) { data["registry_path"] = "HKLM\\q" }
            return [EventRecord(kind: .flat, host: nil, data: data)]
        case .sysmonValue, .sysmonKey:
            var data: [String: String] = ["Image": "C:\\Windows\\q.bin"]
            data["User"] = fields["user"]
            data["ProcessId"] = fields["process_id"]
            data["ProcessGuid"] = fields["process_guid"]
            if self == .sysmonValue {
                data["EventType"] = "SetValue"
                data["Details"] = fields["registry_value_data"].map { value in
                    value.hasPrefix("0x") && value.utf8.count == 10 ? "DWORD (\(value))" : value
                }
            } else {
                switch fields["action"] {
                case "created"?: data["EventType"] = fields["registry_value_name"] == nil ? "CreateKey" : "CreateValue"
                case "deleted"?: data["EventType"] = fields["registry_value_name"] == nil ? "DeleteKey" : "DeleteValue"
                default: data["EventType"] = fields["registry_value_name"] == nil ? "CreateKey" : "DeleteValue"
                }
            }
            return objects(fields).map { object in
                data["TargetObject"] = object
                return WindowsLog.record(WindowsLog.sysmon, self == .sysmonValue ? "13" : "12", host: host, data)
            }
        case .security:
            var data: [String: String] = ["ProcessName": "C:\\Windows\\q.bin"]
            data["SubjectUserName"] = fields["user"]
            data["NewValue"] = fields["registry_value_data"]
            data["ProcessId"] = fields["process_id"]
            let types = ["created": "%%1904", "modified": "%%1905", "deleted": "%%1906"]
            data["OperationType"] = fields["action"].flatMap { types[$0.lowercased()] } ?? "%%1905"
            return objects(fields).map { object in
                let key = object?.beforeLastBackslash
                data["ObjectName"] = key.map { key in
                    key.hasPrefix("HKLM\\") ? "\\REGISTRY\\MACHINE\\" + key.dropFirst(5) : key
                }
                data["ObjectValueName"] = key == nil ? object : object?.behindLastBackslash
                return WindowsLog.record(WindowsLog.security, "4657", host: host, data)
            }
        }
    }

    /// Paths to try for a path and the names at its end.
    private func objects(_ fields: [String: String]) -> [String?] {
        let path = fields["registry_path"]
        let value = fields["registry_value_name"]
        let key = fields["registry_key_name"]
        if path == nil, value == nil, key == nil { return [nil] }
        let start = path ?? "HKLM\\Software\\q"
        guard let key else { return start.paths(endingIn: value) + start.paths(endingIn: value.map { "k\\" + $0 }) }
        let end = self == .sysmonKey ? value ?? key : key + "\\" + (value ?? "q")
        return start.paths(endingIn: end)
    }

    public func view(of record: EventRecord) -> PlainEvent {
        let data = record.data.withoutEmpty
        if self == .model { return PlainEvent(fields: data, values: record.values) }
        var fields = ["status": "success"]
        fields["dest"] = record.host
        switch self {
        case .sysmonValue, .sysmonKey:
            let object = data["TargetObject"]
            fields["user"] = data["User"]
            fields["process_id"] = data["ProcessId"]
            fields["process_guid"] = data["ProcessGuid"]
            fields["registry_path"] = object
            if self == .sysmonValue {
                fields["action"] = "modified"
                fields["registry_key_name"] = object?.beforeLastBackslash?.behindLastBackslash.nonEmpty
                fields["registry_value_name"] = object?.behindLastBackslash.nonEmpty
                fields["registry_value_data"] = data["Details"].map { details in
                    let isNumber = details.hasPrefix("DWORD (") || details.hasPrefix("QWORD (")
                    return isNumber && details.hasSuffix(")") ? String(details.dropFirst(7).dropLast()) : details
                }
            } else {
                let actions = [
                    "CreateKey": "created", "CreateValue": "created", "DeleteKey": "deleted", "DeleteValue": "deleted",
                ]
                fields["action"] = data["EventType"].flatMap { actions[$0] }
                fields["registry_key_name"] = object?.behindLastBackslash.nonEmpty
                if data["EventType"]?.hasSuffix("Value") == true {
                    fields["registry_value_name"] = object?.behindLastBackslash.nonEmpty
                }
            }
        case .security:
            let roots = ["\\REGISTRY\\MACHINE": "HKLM"]
            var object = data["ObjectName"]
            for (root, short) in roots where object?.hasPrefix(root + "\\") == true {
                object = short + (object ?? "").dropFirst(root.count)
            }
            fields["user"] = data["SubjectUserName"]
            fields["process_id"] = data["ProcessId"]?.decimal
            fields["action"] =
                ["%%1904": "created", "%%1905": "modified", "%%1906": "deleted"][data["OperationType"] ?? ""]
            fields["registry_key_name"] = object?.behindLastBackslash.nonEmpty
            fields["registry_value_name"] = data["ObjectValueName"]
            fields["registry_value_data"] = data["NewValue"]
            fields["registry_path"] = object.flatMap { key in data["ObjectValueName"].map { key + "\\" + $0 } }
        case .model: break
        }
        return PlainEvent(fields: fields, values: record.values)
    }
}

extension String {
    /// The text, or none where it is empty.
    var nonEmpty: String? { isEmpty ? nil : self }
}
