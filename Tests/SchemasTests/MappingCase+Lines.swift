import Foundation

@testable import Schemas

/// The lines of an event: one for each shape that can carry it.
extension MappingCase {
    /// The data of an event are texts, its identifier is a number.
    var lines: [String] {
        if !whole.isEmpty { return whole }
        let exports = [
            object([
                (
                    "result",
                    object([("_raw", text(xml)), ("sourcetype", text("XmlWinEventLog"))] + message("Message") + source)
                )
            ]),
            object(
                [
                    ("event", text(xml)), ("sourcetype", text("XmlWinEventLog")),
                    ("fields", header["message"].map { object([("Message", text($0))]) }),
                ] + source),
            object([("host", text("host-1")), ("fields", object([("collector", text("c"))])), ("event", flat)]),
        ]
        return [flat, evtx, winlogbeat6, winlogbeat7] + exports + headersAndData + converted + enclosed
            + (header["user"] == nil ? wazuh : []) + (header["message"] == nil ? [evtxecmd] : [])
    }

    private typealias Member = (key: String, value: String?)

    private var number: String { header["event"] ?? "0" }
    private var channel: String { text(header["channel"] ?? "") }
    private var provider: String { text(header["provider"] ?? "") }
    private var dataObject: String { object(data.map { ($0.0, text($0.1)) }) }
    private var source: [Member] { [("source", header["channel"].map { text("XmlWinEventLog:" + $0) })] }

    private func message(_ key: String) -> [Member] { [(key, header["message"].map(text))] }
    private func keywords(_ key: String) -> [Member] { [(key, header["keywords"].map(text))] }
    private func user(_ key: String) -> [Member] { [("user", header["user"].map { object([(key, text($0))]) })] }

    // MARK: Shapes

    private var flat: String {
        object(
            [
                ("Channel", header["channel"].map(text)), ("SourceName", header["provider"].map(text)),
                ("EventID", number), ("Hostname", text("host-1")), ("UserID", header["user"].map(text)),
            ] + keywords("Keywords") + message("Message") + data.map { ($0.0, text($0.1)) })
    }

    private var evtx: String {
        let system = object(
            [
                ("EventID", number), ("Channel", channel),
                ("Provider", object([("#attributes", object([("Name", provider)]))])),
                ("Computer", text("host-1")),
                ("Security", header["user"].map { object([("#attributes", object([("UserID", text($0))]))]) }),
            ] + keywords("Keywords"))
        return object([
            (
                "Event",
                object([
                    ("System", system), ("RenderingInfo", header["message"].map { object([("Message", text($0))]) }),
                    ("EventData", dataObject),
                ])
            )
        ])
    }

    private var winlogbeat6: String {
        object(
            [
                ("event_id", number), ("log_name", channel), ("source_name", provider),
                ("computer_name", text("host-1")),
                ("event_data", dataObject),
            ] + message("message") + keywords("keywords") + user("identifier"))
    }

    private var winlogbeat7: String {
        let winlog = object(
            [
                ("event_id", number), ("channel", channel), ("provider_name", provider),
                ("computer_name", text("host-1")),
                ("event_data", dataObject),
            ] + keywords("keywords") + user("identifier"))
        return object([("winlog", winlog)] + message("message"))
    }

    /// The header apart from the data: rows of Velociraptor, and of Log Analytics' tables, where the data may be a text.
    private var headersAndData: [String] {
        let system = object(
            [
                ("Provider", object([("Name", provider)])), ("EventID", object([("Value", number)])),
                ("Channel", channel),
                ("Computer", text("host-1")), ("Security", header["user"].map { object([("UserID", text($0))]) }),
            ] + keywords("Keywords"))
        let top: [Member] = [
            ("EventID", number), ("Channel", channel), ("Provider", provider), ("Computer", text("host-1")),
            ("UserSID", header["user"].map(text)),
        ]
        let item =
            "<DataItem type=\"System.XmlData\" time=\"2024-05-01T10:00:00\"><EventData xmlns=\"x\">"
            + "\(dataElements)</EventData></DataItem>"
        let table: [Member] = [
            ("EventLog", channel), ("Source", provider), ("Computer", text("host-1")), ("EventID", number),
            ("EventData", text(item)), ("UserSID", header["user"].map(text)),
        ]
        let data: Member = ("EventData", dataObject)
        return [
            object([("System", system), data] + message("Message")),
            object(top + [data] + keywords("Keywords") + message("Message")),
            object(top + [("EventData", text(dataObject))] + keywords("Keywords") + message("Message")),
            object(table + keywords("Keywords") + message("RenderedDescription")),
        ]
    }

    private var dataList: String {
        array(data.map { object([("@Name", text($0.0)), ("#text", $0.1.isEmpty ? nil : text($0.1))]) })
    }

    /// XML as converters that know nothing of events make JSON of it: attributes have a sign before their names, which stand
    /// beside the values of the data.
    private var converted: [String] {
        let system = object(
            [
                ("Provider", object([("@Name", provider)])),
                ("EventID", object([("@Qualifiers", text("")), ("#text", text(number))])), ("Channel", channel),
                ("Computer", text("host-1")), ("Security", header["user"].map { object([("@UserID", text($0))]) }),
            ] + keywords("Keywords"))
        let rendered = header["message"].map { object([("Message", text($0))]) }
        let attributes = array(
            data.map { object([("#attributes", object([("Name", text($0.0))])), ("#text", text($0.1))]) })
        let lists = [dataList, attributes].map { object([("Data", $0)]) }
        return lists.map { list in
            object([
                ("Event", object([("System", system), ("RenderingInfo", rendered), ("EventData", list)]))
            ])
        } + [
            object([("System", system), ("EventData", lists[0])] + message("Message")),
            object(
                [
                    ("System", system),
                    ("EventData", array(data.map { object([("Name", text($0.0)), ("Value", text($0.1))]) })),
                ] + message("Message")),
        ]
    }

    private var evtxecmd: String {
        let payload = object([("EventData", object([("Data", dataList)]))])
        return object(
            [
                ("PayloadData1", text("Target: x")), ("MapDescription", text("What happened")),
                ("Computer", text("host-1")), ("Payload", text(payload)), ("UserId", header["user"].map(text)),
                ("Channel", channel), ("Provider", provider), ("EventId", number), ("EventRecordId", text("7")),
                ("ProcessId", "4"), ("ThreadId", "8"), ("Level", text("Info")),
            ] + keywords("Keywords"))
    }

    /// Events that stand as text in what a shipper or a container's runtime writes.
    private var enclosed: [String] {
        [
            object([("log", text(flat + "\n")), ("stream", text("stdout"))]),
            object([
                ("@timestamp", text("2026-01-01T00:00:00Z")), ("host", object([("name", text("relay"))])),
                ("message", text(winlogbeat7)),
            ]),
            object([("event", object([("original", text(evtx))])), ("agent", object([("type", text("a"))]))]),
            object([("line", text(converted[0]))]),
        ]
    }

    /// As versions of old wrote it, unless a value looks as if it were of a new one, and as new ones do.
    private var wazuh: [String] {
        let looksEscaped = data.contains { Array($0.1.utf8).withUnsafeBytes(EscapedText.isEscaped) }
        return (looksEscaped ? [] : [wazuh(escapesTwice: false)]) + [wazuh(escapesTwice: true)]
    }

    private func wazuh(escapesTwice: Bool) -> String {
        let system = object(
            [
                ("providerName", provider), ("eventID", text(number)), ("channel", channel),
                ("computer", text("host-1")),
            ] + keywords("keywords") + message("message"))
        let data = object(
            data.map { name, value in
                let escaped = escapesTwice ? String(text(value).dropFirst().dropLast()) : value
                return (name.prefix(1).lowercased() + name.dropFirst(), text(escaped))
            })
        return object([("data", object([("win", object([("system", system), ("eventdata", data)]))]))])
    }

    // MARK: Text

    private var xml: String {
        let user = header["user"].map { "<Security UserID='\($0)'/>" } ?? ""
        let keywords = header["keywords"].map { "<Keywords>\($0)</Keywords>" } ?? ""
        return "<Event><System><Provider Name='\(header["provider"] ?? "")'/><EventID>\(number)</EventID>\(keywords)"
            + "<Channel>\(header["channel"] ?? "")</Channel><Computer>host-1</Computer>\(user)</System>"
            + "<EventData>\(dataElements)</EventData></Event>"
    }

    private var dataElements: String { data.map { "<Data Name='\($0.0)'>\(escaped($0.1))</Data>" }.joined() }

    private func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;")
    }

    /// JSON of the members that have a value.
    private func object(_ members: [Member]) -> String {
        "{" + members.compactMap { key, value in value.map { "\(text(key)):\($0)" } }.joined(separator: ",") + "}"
    }

    private func array(_ elements: [String]) -> String { "[" + elements.joined(separator: ",") + "]" }

    private func text(_ text: String) -> String {
        let escaped = text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
            .replacingOccurrences(of: "\n", with: "\\n").replacingOccurrences(of: "\r", with: "\\r")
            .replacingOccurrences(of: "\t", with: "\\t")
        return "\"\(escaped)\""
    }
}
