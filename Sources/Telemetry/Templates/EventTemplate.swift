/// A source of Windows event log records.
struct Provider: Hashable {
    var name: String
    var guid: String
    var channel: String
    /// Whether records are audits, with success and failure in their keywords.
    var isAudit = false

    static let sysmon = Provider(
        name: "Microsoft-Windows-Sysmon", guid: "5770385F-C22A-43E0-BF4C-06F5698FFBD9",
        channel: "Microsoft-Windows-Sysmon/Operational")
    static let security = Provider(
        name: "Microsoft-Windows-Security-Auditing", guid: "54849625-5478-4994-A5BA-3E3B0328C30D",
        channel: "Security", isAudit: true)
    static let powerShell = Provider(
        name: "Microsoft-Windows-PowerShell", guid: "A0C1853B-5C40-4B15-8766-3CF1C58F985A",
        channel: "Microsoft-Windows-PowerShell/Operational")
    static let classicPowerShell = Provider(
        name: "PowerShell", guid: "00000000-0000-0000-0000-000000000000", channel: "Windows PowerShell")
    static let serviceControl = Provider(
        name: "Service Control Manager", guid: "555908D1-A6D7-4695-8E1E-26931D2012F4", channel: "System")
    static let wmiActivity = Provider(
        name: "Microsoft-Windows-WMI-Activity", guid: "1418EF04-B0B4-4623-BF7E-D74AB47BBDAA",
        channel: "Microsoft-Windows-WMI-Activity/Operational")
    static let dnsClient = Provider(
        name: "Microsoft-Windows-DNS-Client", guid: "1C95126E-7EEA-49A9-A3FE-A378B03DDB4D",
        channel: "Microsoft-Windows-DNS-Client/Operational")
    static let installer = Provider(
        name: "MsiInstaller", guid: "00000000-0000-0000-0000-000000000000", channel: "Application")
}

/// What the header of a Windows event log record says.
struct RecordHeader: Hashable {
    var provider: Provider
    var id: Int
    var version = 0
    var task = 0
    var opcode = 0
    var category: String
    var isFailure = false
    /// Whether the identifier is written as text where the writer has the choice.
    var hasTextualID = false

    /// The keywords as a number, as the event log keeps them.
    var keywords: UInt64 {
        guard provider.isAudit else { return 0x8000_0000_0000_0000 }
        return isFailure ? 0x8010_0000_0000_0000 : 0x8020_0000_0000_0000
    }
}

/// A kind of event: what it is called, how frequent it is, what is in it. Text may hold holes.
struct EventTemplate {
    struct Field: Hashable {
        var name: String
        var value: TextTemplate
    }

    /// The header, for records of the Windows event log.
    var header: RecordHeader?
    /// Its share among the kinds of the same family, in no particular unit.
    var weight: Double
    /// The event's own data in its order.
    var fields: [Field]
    /// The record rendered for people.
    var message: TextTemplate

    /// A Windows event log record. `fields` has a line `Name: value` for each datum. Without a message of its own the
    /// record reads as Sysmon's do: the title, then the data line by line.
    static func record(
        _ provider: Provider, _ id: Int, version: Int = 0, task: Int = 0, opcode: Int = 0, failure: Bool = false,
        weight: Double, category: String, title: String, fields: String, message: String? = nil
    ) -> EventTemplate {
        EventTemplate(
            header: RecordHeader(
                provider: provider, id: id, version: version, task: task, opcode: opcode, category: category,
                isFailure: failure),
            weight: weight, fields: Field.list(fields), message: TextTemplate(title + "\r\n" + (message ?? fields).crlf)
        )
    }

    /// An event that has no header but its fields.
    static func flat(weight: Double, fields: String) -> EventTemplate {
        EventTemplate(header: nil, weight: weight, fields: Field.list(fields), message: TextTemplate())
    }
}

extension EventTemplate.Field {
    /// A field a line, its name up to the first `: `.
    static func list(_ source: String) -> [EventTemplate.Field] {
        source.utf8.split(separator: UInt8(ascii: "\n")).map { line in
            let end = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
            let value = line[end...].dropFirst().drop { $0 == UInt8(ascii: " ") }
            return EventTemplate.Field(
                name: String(Substring(line[..<end])), value: TextTemplate(String(Substring(value))))
        }
    }
}

extension String {
    /// The same with line ends as in records rendered by Windows.
    fileprivate var crlf: String { split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n") }
}

extension EventTemplate {
    /// All kinds of Windows records, the most frequent first.
    static let windows = (sysmon + security + powerShell + system).sorted { $0.weight > $1.weight }

    /// The kinds that an archive of the shape holds, the most frequent first.
    static func kinds(of shape: Shape) -> [EventTemplate] {
        switch shape {
        case .crowdstrike: falcon.sorted { $0.weight > $1.weight }
        case .cim: dataModel.sorted { $0.weight > $1.weight }
        default: windows
        }
    }

    /// The field of that name.
    subscript(name: String) -> TextTemplate? {
        get { fields.first { $0.name == name }?.value }
        set {
            guard let index = fields.firstIndex(where: { $0.name == name }) else {
                if let newValue { fields.append(Field(name: name, value: newValue)) }
                return
            }
            if let newValue { fields[index].value = newValue } else { fields.remove(at: index) }
        }
    }
}
