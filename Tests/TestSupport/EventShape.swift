import TestRandom

/// The ways in which an event lies in an archive, as the list of shapes has them.
public enum EventShape: String, CaseIterable, Sendable {
    case nxlog
    /// NXLog's flat objects where its own EventType displaces Sysmon's, which then is in the message only.
    case nxlogMessage
    case evtx, winlogbeat6, winlogbeat7, commonSchema, splunkJSON, splunkXML, elastic
    case sensor, model

    private typealias Member = (String, JSONText.Value)

    /// Names that the Elastic Common Schema has for data of process starts.
    private static let commonNames: [String: [String: [String]]] = [
        "1": [
            "CommandLine": ["command_line"], "Image": ["executable"], "ProcessId": ["pid"],
            "ProcessGuid": ["entity_id"], "CurrentDirectory": ["working_directory"],
            "OriginalFileName": ["pe", "original_file_name"], "ParentCommandLine": ["parent", "command_line"],
            "ParentImage": ["parent", "executable"], "ParentProcessId": ["parent", "pid"],
            "ParentProcessGuid": ["parent", "entity_id"],
        ],
        "4688": [
            "CommandLine": ["command_line"], "NewProcessName": ["executable"],
            "ParentProcessName": ["parent", "executable"],
        ],
    ]

    /// The shapes that can carry an event.
    public static func shapes(of record: EventRecord) -> [EventShape] {
        switch record.kind {
        case .flat: return [.model]
        case .sensor: return [.sensor]
        case .windows(let channel, _, let id):
            var shapes: [EventShape] = [.nxlog, .evtx, .winlogbeat6, .winlogbeat7, .splunkJSON, .splunkXML, .elastic]
            let isSysmon = channel == WindowsLog.sysmon
            if (isSysmon && id == "1") || (channel == WindowsLog.security && id == "4688") {
                shapes.append(.commonSchema)
            }
            let isRegistry = isSysmon && ["12", "13", "14"].contains(id)
            if isRegistry, record.data["EventType"] != nil, record.data["Message"] == nil {
                shapes.append(.nxlogMessage)
            }
            return shapes
        }
    }

    /// The event as a line without its end.
    ///
    /// - Parameter seed: how JSON is escaped, and whether numbers are written as such, depends on it.
    public func line(_ record: EventRecord, seed: UInt64) -> String {
        var random = SeededGenerator(seed: seed)
        var json = JSONText(isZealous: random.once(in: 5), random: random)
        let writesNumbers = random.once(in: 2)
        func value(_ text: String) -> JSONText.Value {
            let isNumber = writesNumbers && text.utf8.count < 16 && Int(text).map { String($0) } == text
            return isNumber ? .token(text) : .text(text)
        }
        let data = record.data.sorted { $0.key < $1.key }.map { ($0.key, value($0.value)) }
        switch record.kind {
        case .flat: return json.write(.object(data))
        case .sensor(let name):
            var members: [Member] = [("event_simpleName", .text(name)), ("timestamp", .text("1714557600250"))] + data
            if let host = record.host { members.append(("ComputerName", .text(host))) }
            return json.write(.object(members))
        case .windows(let channel, let provider, let id):
            let header = Header(channel: channel, provider: provider, id: value(id), host: record.host)
            switch self {
            case .nxlog, .sensor, .model: return json.write(.object(flat(header, data)))
            case .nxlogMessage:
                var message = "Registry object changed:\r\nRuleName: -"
                for (name, text) in record.data.sorted(by: { $0.key < $1.key }) { message += "\r\n\(name): \(text)" }
                let rest = data.filter { $0.0 != "EventType" }
                let own: [Member] = [("EventType", .text("INFO")), ("Message", .text(message))]
                return json.write(.object(flat(header, rest + own)))
            case .evtx: return json.write(evtx(header, data, hasAttributes: random.once(in: 2)))
            case .winlogbeat6: return json.write(winlogbeat6(header, data))
            case .winlogbeat7: return json.write(winlogbeat7(header, data))
            case .elastic:
                let document = random.once(in: 2) ? winlogbeat7(header, data) : .object(flat(header, data))
                return json.write(.object([("_index", .text("w")), ("_id", .text("7")), ("_source", document)]))
            case .commonSchema: return json.write(commonSchema(header, record))
            case .splunkJSON:
                let inner = random.once(in: 2) ? evtx(header, data, hasAttributes: false) : .object(flat(header, data))
                return json.write(splunk(header, raw: json.write(inner), isInside: random.once(in: 2)))
            case .splunkXML:
                return json.write(splunk(header, raw: xml(header, id, record), isInside: random.once(in: 2)))
            }
        }
    }

    private struct Header {
        var channel: String
        var provider: String?
        var id: JSONText.Value
        var host: String?
    }

    private func optional(_ name: String, _ text: String?) -> [Member] { text.map { [(name, .text($0))] } ?? [] }

    private func flat(_ header: Header, _ data: [Member]) -> [Member] {
        let head: [Member] =
            [("EventTime", .text("2024-05-01 10:00:00")), ("EventID", header.id), ("Channel", .text(header.channel))]
            + optional("SourceName", header.provider) + optional("Hostname", header.host)
        return head.filter { member in !data.contains { $0.0 == member.0 } } + data
    }

    private func evtx(_ header: Header, _ data: [Member], hasAttributes: Bool) -> JSONText.Value {
        let id: JSONText.Value =
            hasAttributes
            ? .object([("#attributes", .object([("Qualifiers", .token("0"))])), ("#text", header.id)]) : header.id
        let provider: [Member] =
            header.provider == nil
            ? [] : [("Provider", .object([("#attributes", .object(optional("Name", header.provider)))]))]
        let system: [Member] =
            provider + [
                ("EventID", id), ("Channel", .text(header.channel)),
                (
                    "TimeCreated",
                    .object([("#attributes", .object([("SystemTime", .text("2024-05-01T10:00:00.25Z"))]))])
                ),
            ] + optional("Computer", header.host)
        return .object([("Event", .object([("System", .object(system)), ("EventData", .object(data))]))])
    }

    private func winlogbeat6(_ header: Header, _ data: [Member]) -> JSONText.Value {
        .object(
            [
                ("@timestamp", .text("2024-05-01T10:00:00.250Z")), ("event_id", header.id),
                ("log_name", .text(header.channel)), ("event_data", .object(data)),
            ] + optional("source_name", header.provider) + optional("computer_name", header.host))
    }

    private func winlogbeat7(_ header: Header, _ data: [Member], beside: [Member] = []) -> JSONText.Value {
        let log: [Member] =
            [("event_id", header.id), ("channel", .text(header.channel)), ("event_data", .object(data))]
            + optional("provider_name", header.provider) + optional("computer_name", header.host)
        return .object([("@timestamp", .text("2024-05-01T10:00:00.250Z")), ("winlog", .object(log))] + beside)
    }

    /// Winlogbeat with its modules, which move data of process starts to names of the common schema.
    private func commonSchema(_ header: Header, _ record: EventRecord) -> JSONText.Value {
        guard case .windows(_, _, let id) = record.kind else { return .object([]) }
        let names = Self.commonNames[id] ?? [:]
        var process: [Member] = []
        var parent: [Member] = []
        var beside: [Member] = []
        var data: [Member] = []
        for (name, text) in record.data.sorted(by: { $0.key < $1.key }) {
            switch names[name] {
            case let path? where path.first == "parent": parent.append((path[1], .text(text)))
            case let path? where path.count == 2: process.append((path[0], .object([(path[1], .text(text))])))
            case let path?: process.append((path[0], .text(text)))
            case nil:
                let parts = text.split(separator: "\\", omittingEmptySubsequences: false).map(String.init)
                if name == "User", parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty {
                    beside.append(("user", .object([("domain", .text(parts[0])), ("name", .text(parts[1]))])))
                } else {
                    data.append((name, .text(text)))
                }
            }
        }
        if !parent.isEmpty { process.append(("parent", .object(parent))) }
        if !process.isEmpty { beside.append(("process", .object(process))) }
        return winlogbeat7(header, data, beside: beside)
    }

    private func splunk(_ header: Header, raw: String, isInside: Bool) -> JSONText.Value {
        let members: [Member] = [
            ("_time", .text("2024-05-01T10:00:00.250+00:00")),
            ("source", .text("XmlWinEventLog:" + header.channel)), ("index", .text("windows")), ("_raw", .text(raw)),
        ]
        return isInside
            ? .object([("preview", .token("false")), ("result", .object(members))]) : .object(members)
    }

    private func xml(_ header: Header, _ id: String, _ record: EventRecord) -> String {
        func escaped(_ text: String) -> String {
            var out = ""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "&": out += "&amp;"
                case "<": out += "&lt;"
                case ">": out += "&gt;"
                case "'": out += "&apos;"
                case "\"": out += "&quot;"
                case let scalar where scalar.value < 0x20: out += "&#\(scalar.value);"
                default: out.unicodeScalars.append(scalar)
                }
            }
            return out
        }
        var out = "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        if let provider = header.provider { out += "<Provider Name='\(escaped(provider))'/>" }
        out += "<EventID>\(escaped(id))</EventID><TimeCreated SystemTime='2024-05-01T10:00:00.25Z'/>"
        out += "<Channel>\(escaped(header.channel))</Channel>"
        if let host = header.host { out += "<Computer>\(escaped(host))</Computer>" }
        out += "</System><EventData>"
        for (name, text) in record.data.sorted(by: { $0.key < $1.key }) {
            out += "<Data Name='\(escaped(name))'>\(escaped(text))</Data>"
        }
        return out + "</EventData></Event>"
    }
}
