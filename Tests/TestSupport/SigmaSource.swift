public import TestRandom

/// Events of one kind that a logsource of Sigma rules takes, as the gates say.
public struct SigmaSource: EventSource {
    public enum Log: Hashable, Sendable {
        case channel(String)
        /// `event_simpleName` of CrowdStrike's sensor.
        case sensor(String)
    }

    public var log: Log
    /// `nil` where events of any identifier pass the gate.
    public var eventID: String?
    /// Values that the gate asks of fields.
    public var values: [String: String]
    /// Where a field that rules name stands in the event instead.
    public var fields: [String: String]
    /// The fields that such an event can have; `nil` for any.
    public var known: Set<String>?

    public init(
        log: Log, eventID: String? = nil, values: [String: String] = [:], fields: [String: String] = [:],
        known: Set<String>? = nil
    ) {
        self.log = log
        self.eventID = eventID
        self.values = values
        self.fields = fields
        self.known = known
    }

    public var name: String {
        switch log {
        case .channel(let channel): "\(channel) \(eventID ?? "*")"
        case .sensor(let name): name
        }
    }

    /// What process starts of the Security log hold.
    public static let securityProcessFields: Set<String> = [
        "SubjectUserSid", "SubjectUserName", "SubjectDomainName", "SubjectLogonId", "NewProcessId", "NewProcessName",
        "TokenElevationType", "ProcessId", "CommandLine", "TargetUserSid", "TargetUserName", "TargetDomainName",
        "TargetLogonId", "ParentProcessName", "MandatoryLabel",
    ]

    /// What process starts of CrowdStrike's sensor hold.
    public static let sensorProcessFields: Set<String> = [
        "ImageFileName", "CommandLine", "ParentBaseFileName", "UserName", "OriginalFilename", "RawProcessId",
        "SHA256HashData", "MD5HashData", "TargetProcessId", "ParentProcessId",
    ]

    private func eventField(_ field: String) -> String { fields[field] ?? field }

    private var isWindows: Bool { if case .channel = log { true } else { false } }

    public func availability(of field: String) -> FieldAvailability {
        if isWindows {
            switch field {
            case "EventID": return eventID.map { .constant($0) } ?? .always
            case "Channel": if case .channel(let channel) = log { return .constant(channel) }
            case "Provider_Name", "Computer": return .free
            default: break
            }
        }
        let name = eventField(field)
        if let value = values[name] { return .constant(value) }
        if let known, !known.contains(name) { return .missing }
        return .free
    }

    public func records(
        for fields: [String: String], loose: [String], _ random: inout SeededGenerator
    ) -> [EventRecord] {
        var data = values
        for (field, value) in fields { data[eventField(field)] = value }
        for (index, text) in loose.enumerated() { data["Loose\(index + 1)"] = text }
        switch log {
        case .sensor(let name):
            data["event_platform"] = "Win"
            data["aid"] = "5d1f"
            return [EventRecord(kind: .sensor(name), host: "host-1", data: data)]
        case .channel(let channel):
            for header in ["EventID", "Channel", "Provider_Name", "Computer"] { data[header] = nil }
            let kind = EventRecord.Kind.windows(
                channel: channel, provider: fields["Provider_Name"] ?? WindowsLog.provider(of: channel),
                id: fields["EventID"] ?? eventID ?? "9")
            return [EventRecord(kind: kind, host: fields["Computer"] ?? "host-1", data: data)]
        }
    }

    public func view(of record: EventRecord) -> PlainEvent {
        var view = record.data
        for (field, name) in fields { view[field] = record.data[name] }
        switch record.kind {
        case .windows(let channel, let provider, let id):
            view["Channel"] = channel
            view["Provider_Name"] = provider
            view["EventID"] = id
            view["Computer"] = record.host
        case .sensor(let name):
            view["event_simpleName"] = name
            view["ComputerName"] = record.host
        case .flat: break
        }
        return PlainEvent(fields: view, values: record.values)
    }
}
