import Foundation

/// A value of an event, and what it is without case.
struct NaiveText {
    let text: String
    let folded: [UInt8]

    init(_ text: String) {
        self.text = text
        folded = Self.fold(text)
    }

    /// ASCII folds to ASCII, and other characters to one other character.
    static func fold(_ text: String) -> [UInt8] {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 } }
        return text.unicodeScalars.flatMap { scalar -> [UInt8] in
            let lower = scalar.properties.lowercaseMapping.unicodeScalars
            guard let first = lower.first, lower.count == 1, first.isASCII == scalar.isASCII else {
                return Array(String(scalar).utf8)
            }
            return Array(String(first).utf8)
        }
    }
}

/// An event of Windows as rules see it, in the shapes that the archives and the regression data have.
final class NaiveEvent {
    private let json: NaiveJSON
    /// Where a rule's field comes from instead, as its logsource says for the event.
    private let renamed: [String: String]
    private var known: [String: [NaiveText]] = [:]
    private lazy var every = json.allTexts.map(NaiveText.init)

    init(_ json: NaiveJSON, renamed: [String: String] = [:]) {
        self.json = json
        self.renamed = renamed
    }

    private enum Shape {
        case flat, beats, evtx
    }

    private var shape: Shape {
        if json["Event"]?["System"]?["EventID"] != nil { return .evtx }
        return json["event_id"] != nil && json["log_name"] != nil ? .beats : .flat
    }

    /// The channel, or that which the provider stands for, and the event's identifier.
    var source: (channel: String, event: String)? {
        let channel: NaiveJSON?
        let provider: NaiveJSON?
        var event: NaiveJSON?
        switch shape {
        case .evtx:
            let system = json["Event"]?["System"]
            (channel, provider) = (system?["Channel"], system?["Provider"]?["#attributes"]?["Name"])
            event = system?["EventID"]
            if let text = event?["#text"] { event = text }
        case .beats: (channel, provider, event) = (json["log_name"], json["source_name"], json["event_id"])
        case .flat: (channel, provider, event) = (json["Channel"], json["SourceName"], json["EventID"])
        }
        let implied = [
            "microsoft-windows-sysmon": "microsoft-windows-sysmon/operational",
            "microsoft-windows-security-auditing": "security",
        ]
        let name = channel?.texts.first?.lowercased() ?? provider?.texts.first.flatMap { implied[$0.lowercased()] }
        guard let name, let id = event?.texts.first else { return nil }
        return (name, id)
    }

    /// The values of a field, or of all of them.
    func values(_ field: String?) -> [NaiveText] {
        guard let field else { return every }
        if let known = known[field] { return known }
        let found = lookup(renamed[field] ?? field)
        let texts = isLoggersOwn(field, found) ? loggedEventType : found?.texts ?? []
        known[field] = texts.map(NaiveText.init)
        return known[field] ?? []
    }

    func has(_ field: String) -> Bool {
        switch lookup(renamed[field] ?? field) {
        case nil, .object: false
        default: true
        }
    }

    /// NXLog has an event type of its own, which hides that of Sysmon's registry events.
    private func isLoggersOwn(_ field: String, _ found: NaiveJSON?) -> Bool {
        guard field == "EventType", shape == .flat, source?.channel == "microsoft-windows-sysmon/operational",
            let type = found?.texts.first
        else { return false }
        return ["INFO", "WARNING", "ERROR", "CRITICAL", "VERBOSE", "DEBUG", "AUDIT_SUCCESS", "AUDIT_FAILURE"].contains(
            type)
    }

    private var loggedEventType: [String] {
        let lines = json["Message"]?.texts.first?.split(whereSeparator: \.isNewline) ?? []
        return lines.filter { $0.hasPrefix("EventType:") }.prefix(1).map {
            $0.dropFirst(10).trimmingCharacters(in: .whitespaces)
        }
    }

    /// What the header's fields are called where it is flat.
    private static let flatNames = [
        "Provider_Name": ["Provider_Name", "SourceName"], "Computer": ["Computer", "Hostname"],
        "Security_UserID": ["UserID"], "Provider_Guid": ["ProviderGuid"],
        "Execution_ProcessID": ["ExecutionProcessID"], "Execution_ThreadID": ["ThreadID"],
    ]
    private static let beatsNames = [
        "EventID": "event_id", "Channel": "log_name", "Provider_Name": "source_name", "Computer": "computer_name",
        "Message": "message", "Level": "level", "Task": "task", "Opcode": "opcode", "Keywords": "keywords",
        "Provider_Guid": "provider_guid", "Execution_ProcessID": "process_id", "Execution_ThreadID": "thread_id",
    ]

    private func lookup(_ name: String) -> NaiveJSON? {
        switch shape {
        case .flat:
            for key in Self.flatNames[name] ?? [name] {
                if let value = json[key] ?? Self.member(of: json, named: key) { return value }
                if let value = dotted(key) { return value }
            }
            return nil
        case .beats:
            for data in ["event_data", "user_data"] {
                if let value = Self.member(of: json[data], named: name) { return value }
            }
            if name == "Data", let data = numberedData { return data }
            if let key = Self.beatsNames[name] { return json[key] }
            return json["user"]?[name] ?? json[name]
        case .evtx:
            let system = json["Event"]?["System"]
            if let value = Self.member(of: json["Event"]?["EventData"], named: name) {
                if name == "Data", let text = value["#text"] { return text }
                return value
            }
            if case .object(let parts) = json["Event"]?["UserData"] {
                for part in parts {
                    if let value = Self.member(of: part.value, named: name) { return value }
                }
            }
            if let value = system?[name] { return value["#text"] ?? value }
            let parts = name.split(separator: "_", maxSplits: 1).map(String.init)
            return parts.count == 2 ? system?[parts[0]]?["#attributes"]?[parts[1]] : nil
        }
    }

    /// The data without names of the logs that have them: `param1`, `param2` and so on.
    private var numberedData: NaiveJSON? {
        let channels = ["application", "windows powershell", "msexchange management"]
        guard let channel = json["log_name"]?.texts.first, channels.contains(channel.lowercased()) else { return nil }
        let data = (1...12).compactMap { json["event_data"]?["param\($0)"] }
        return data.isEmpty ? nil : .list(data)
    }

    private func dotted(_ name: String) -> NaiveJSON? {
        guard name.contains(".") else { return nil }
        return name.split(separator: ".").map(String.init).reduce(json) { (value: NaiveJSON?, key) in value?[key] }
    }

    /// The member whose name is this one without its spaces.
    private static func member(of object: NaiveJSON?, named name: String) -> NaiveJSON? {
        guard case .object(let members) = object else { return nil }
        return members.last { $0.key == name || ($0.key.contains(" ") && $0.key.replacing(" ", with: "") == name) }?
            .value
    }
}
