import Values

/// Which values of an event are wanted, as a tree of keys that the parser walks beside the event.
///
/// A path is written with dots, an array member with `{}` as in Splunk, and `*` stands for any one key:
///
///     EventID                       one key at the top
///     winlog.event_data.Image       nested objects, or one key that holds the dots itself
///     Event.UserData.*.Image        one level below UserData, whatever it is called
///     answers{}.name                each member of an array; see slot(forPathOrKey:)
///
/// Each path owns one *slot*. A node stands for one object; its table holds the keys that matter there and, because a
/// key with literal dots equals the nested name, also the dotted remainders of everything below it.
public struct EventLayout: Sendable {
    /// A path's place in the parsed event.
    public typealias Slot = Int

    struct Entry {
        var key: [UInt8]
        /// The slot of a scalar that stands here, or -1.
        var slot: Int32 = -1
        /// The node of an object that stands here, or -1.
        var node: Int32 = -1
        /// The slot of scalars in an array that stands here, or -1.
        var memberSlot: Int32 = -1
        /// The node of objects in an array that stands here, or -1.
        var memberNode: Int32 = -1
        var isWrapper = false
        /// Whether a key with spaces is another key, even where spaces go.
        var keepsSpaces = false
        /// Whether a label in a message is another name.
        var refusesLabels = false
    }

    struct Node {
        var entries: [Entry] = []
        /// The node below any key that has no entry, or -1.
        var anyNode: Int32 = -1
        /// All slots below this node, to be cleared when a later duplicate of its key replaces it.
        var slotsBelow: [Int32] = []
        /// Whether a key may be written with spaces that its name has lost.
        var ignoresSpaces = false
        /// Where among the entries a key has its own: rules of a pack name thousands.
        private var places: [[UInt8]: Int] = [:]

        func entry(of key: String) -> Entry? { places[Array(key.utf8)].map { entries[$0] } }

        /// The place of a key's entry, which is made where there is none.
        mutating func place(of key: [UInt8]) -> Int {
            if let known = places[key] { return known }
            places[key] = entries.count
            entries.append(Entry(key: key))
            return entries.count - 1
        }
    }

    private(set) var nodes: [Node] = [Node()]
    /// What was asked for, by slot.
    public private(set) var paths: [String] = []
    private var slotOfPath: [String: Slot] = [:]
    /// Paths that are looked for as keys at the top, too.
    private var pathsAsKeys: Set<String> = []

    /// Slots are numbered from 0 to one less.
    public var slotCount: Int { paths.count }

    /// Keys at the top whose object *is* the event: the walk begins anew inside.
    public static let wrappers = ["_source", result]
    /// That of Splunk's exports.
    static let result = "result"

    /// A key at the top whose object or text is the event, where the line is an envelope.
    static let enclosedEvent = "event"

    /// A text that may be an event or a record of its own: JSON, a Windows event in XML, or a record of Linux' audit daemon.
    struct EventText {
        var path: String
        /// Whether what stands beside it counts before what it says: it says the same once more, or the line is its record.
        var isSecond = false
        /// Whether it is only a part of the event: its data.
        var isPart = false
        /// Whether it may be the whole of a Windows event that the line has but the header of.
        var completesHeader = false
    }

    /// Where such texts stand, in the order in which they are tried; an event has but one.
    static let eventTexts = [
        // Exports of Microsoft 365's audit log, Defender's table of it and Log Analytics' of Windows events, and as Azure has
        // them; osquery's table of Windows events; EvtxECmd; CloudTrail's look-ups; Plaso's records of Windows logs.
        EventText(path: "AuditData", isSecond: true),
        EventText(path: "RawEventData", isSecond: true, completesHeader: true),
        EventText(path: "properties.RawEventData", isSecond: true),
        EventText(path: "properties.RawXml", isSecond: true),
        EventText(path: "columns.data", isSecond: true, isPart: true),
        EventText(path: "Payload", isSecond: true, isPart: true), EventText(path: "CloudTrailEvent", isSecond: true),
        EventText(path: "xml_string", isSecond: true),
        // Fluent Bit and Docker; Filebeat, Logstash, Vector; journald, rsyslog; CloudWatch; LogScale; Loki; Azure's resource
        // logs; Google's; GELF; Log Analytics; Amazon's queues.
        EventText(path: "log"), EventText(path: "message"), EventText(path: "MESSAGE"), EventText(path: "msg"),
        EventText(path: "@message"), EventText(path: "@rawstring"), EventText(path: "line"),
        EventText(path: "properties.log"), EventText(path: "textPayload"), EventText(path: "full_message"),
        EventText(path: "RawData"), EventText(path: "log_s"), EventText(path: "SyslogMessage"),
        EventText(path: "Body"),
        // OpenTelemetry's collector; Fluent Bit's Windows events as they are in the log.
        EventText(path: "body"), EventText(path: "System"),
        // What the fields beside it were made of: by Elastic, by Wazuh.
        EventText(path: "event.original", isSecond: true), EventText(path: "full_log", isSecond: true),
    ]

    /// Keys at the top whose object may be the event, where a shipper has parsed what it has read and keeps it apart from what it
    /// says itself: Filebeat; Google's logging; filters of Logstash and Fluentd; Fluent Bit; OpenTelemetry's collector. So do tools
    /// that tell which events rules have found: Velociraptor's for Hayabusa, Chainsaw. Wazuh has a cloud's records in its `data`.
    static let eventObjects = [
        "json", "jsonPayload", "message", "log", "log_processed", "body", "_Event", "document.data",
        "data.aws", "data.office365", "data.gcp", "data.github",
    ]

    /// Of these, the one that is also an object of the Elastic Common Schema, whose members stand in it.
    static let schemaObject = (
        key: "log",
        members: ["file", "flags", "iostream", "level", "logger", "offset", "origin", "original", "source", "syslog"]
    )

    /// Paths by which a line is a Windows event itself, whatever its message looks like.
    static let windowsIdentifiers = [
        "EventID", "EventCode", "LogName", "log_name", "winlog.event_id", "Event.System.EventID",
    ]

    /// Keys at the top whose text may be the data of a Windows event, in XML or JSON: in Azure's Log Analytics, and Promtail's,
    /// who leaves the element around them away.
    static let dataTexts = ["EventData", "event_data"]

    /// Keys at the top of a Windows event whose values may have names in the labels of its message alone: the list of the values
    /// as Fluent Bit and PowerShell's `Get-EventLog` have it; the provider as its name is written by Fluent Bit, Fluentd and
    /// PowerShell's `Get-WinEvent`.
    static let labelledMarks = ["StringInserts", "ReplacementStrings", "ProviderName"]

    /// A key at the top of events that have all values under their names, of which `ProviderName` may be one: beside it the last of
    /// the marks marks nothing.
    static let unlabelledMark = "SourceName"

    /// A key of PowerShell's, which has the header's values under names that are also those of labels: `ProcessId`.
    static let shellMark = "LogName"

    /// Keys of such messages, the first one that is there.
    static let labelledTexts = ["Message", "Description"]

    /// The key under which evtx_dump has the attributes of an element.
    private static let attributesKey = Array("#attributes".utf8)

    /// Objects whose keys lose their spaces: `Threat Name` is `ThreatName`.
    static let spacelessParents = [
        "", "EventData", "UserData.*", "Event.EventData", "Event.UserData.*", "event_data", "user_data",
        "winlog.event_data", "winlog.user_data", "data.win.eventdata",
    ]
    static let spacelessPaths = Set(spacelessParents.map { Array($0.utf8) })

    private static let dot = UInt8(ascii: ".")
    private static let braces = Array("{}".utf8)
    private static let anyKey = Array("*".utf8)

    /// How many parts a path has at most.
    private static let depthLimit = 100

    /// A layout that wants nothing yet but knows the wrappers of events.
    public init() {
        for name in Self.wrappers {
            let place = nodes[0].place(of: Array(name.utf8))
            nodes[0].entries[place].isWrapper = true
        }
        nodes[0].ignoresSpaces = true
    }

    /// The slot of a path; the same path has the same slot.
    public mutating func slot(for path: String) -> Slot {
        if let known = slotOfPath[path] { return known }
        if let squeezed = Self.withoutLostSpaces(path) { return slot(for: squeezed) }
        let slot = paths.count
        paths.append(path)
        slotOfPath[path] = slot
        let whole = Array(path.utf8)
        let components = whole.split(separator: Self.dot, omittingEmptySubsequences: false)
        // What nothing is nested as deep as can be but one key; finding room for its parts takes the cube of their number.
        insert(components: components.count > Self.depthLimit ? [whole[...]] : components, slot: slot)
        return slot
    }

    /// A path as keys are looked for that lose their spaces: one field has several names then. `nil` where it is so already.
    private static func withoutLostSpaces(_ path: String) -> String? {
        guard path.utf8.contains(UInt8(ascii: " ")) else { return nil }
        var kept: [[UInt8]] = []
        for component in path.utf8.split(separator: dot, omittingEmptySubsequences: false) {
            let losesSpaces = spacelessPaths.contains(Array(kept.joined(separator: [dot])))
            kept.append(losesSpaces ? component.filter { $0 != 0x20 } : Array(component))
        }
        let squeezed = String(decoding: Array(kept.joined(separator: [dot])), as: UTF8.self)
        return squeezed == path || squeezed.isEmpty ? nil : squeezed
    }

    /// Takes up what another layout that began as this one did has beside it.
    ///
    /// - Parameter start: the first of the other's slots that were not there at that time.
    /// - Returns: the slots here of those and all behind it.
    public mutating func add(_ other: EventLayout, from start: Slot) -> [Slot] {
        pathsAsKeys.formUnion(other.pathsAsKeys)
        return other.paths[start...].map { slot(for: $0) }
    }

    /// The slot of a path that leads through arrays, which may also stand at the top as one key with the braces in it: so Splunk
    /// writes what it has found in arrays. A text, or all texts of an array, under that key are in the slot.
    public mutating func slot(forPathOrKey path: String) -> Slot {
        pathsAsKeys.insert(path)
        return slot(for: path)
    }

    /// Has the keys at the ends of paths known only by their exact names, even where names lose their spaces: who searches raw
    /// lines for the keys then finds all of them.
    ///
    /// - Parameter telling: those of the paths that tell what an event is, whatever its message says. Labels in messages, which are
    ///   found in no line under their names where they have spaces, have none of these.
    public mutating func keepSpaces(inKeysOf paths: some Sequence<String>, telling: Set<String> = []) {
        var isKept = [Bool](repeating: false, count: slotCount)
        var isTelling = isKept
        for path in paths {
            guard let slot = slotOfPath[path] else { continue }
            isKept[slot] = true
            // A name from a label has underscores where that has spaces.
            isTelling[slot] = telling.contains(path) || path.utf8.contains(UInt8(ascii: "_"))
        }
        for node in nodes.indices {
            for index in nodes[node].entries.indices {
                let slot = Int(nodes[node].entries[index].slot)
                guard slot >= 0, isKept[slot] else { continue }
                nodes[node].entries[index].keepsSpaces = true
                nodes[node].entries[index].refusesLabels = isTelling[slot]
            }
        }
    }

    /// Has events in envelopes read, and records and events that stand as text, and the data of Windows events that stand in
    /// lists, where some path is inside of them: what they hold then has the names that they give.
    public mutating func openTexts() {
        _ = slot(for: Self.enclosedEvent)
        for path in Self.eventTexts.map(\.path) + Self.eventObjects { _ = slot(for: path) }
        for path in Self.windowsIdentifiers + Self.labelledMarks { _ = slot(for: path) }
        for column in Self.columns where isWanted(column) { _ = slot(for: column.key) }
        for key in Self.dataTexts where node(ofKey: key) >= 0 { _ = slot(for: key) }
        for parent in Self.namedDataParents where node(ofPath: parent) != nil {
            _ = slot(for: parent + "." + Self.namedDataKey)
            // What may have any name has no place of its own.
            if !parent.hasSuffix("*") { _ = slot(for: parent) }
        }
    }

    /// The node of the object at a path, in which `*` stands for any key; `nil` where nothing in it is wanted.
    func node(ofPath path: String) -> Int? {
        var node = 0
        for component in path.components(at: UInt8(ascii: ".")) {
            let next =
                component == "*" ? nodes[node].anyNode : nodes[node].entry(of: String(component))?.node ?? -1
            guard next >= 0 else { return nil }
            node = Int(next)
        }
        return node
    }

    /// The node of the object under a key at the top; -1 where nothing in it is wanted.
    func node(ofKey key: String) -> Int32 { nodes[0].entry(of: key)?.node ?? -1 }

    /// Whether something inside of a column's object, or of its list's members, is wanted.
    func isWanted(_ column: Column) -> Bool {
        guard let entry = nodes[0].entry(of: column.name) else { return false }
        return entry.node >= 0 || entry.memberNode >= 0
    }

    /// The slot of a path that was asked for before; `nil` for any other, which is not added.
    public func existingSlot(for path: String) -> Slot? {
        slotOfPath[path] ?? Self.withoutLostSpaces(path).flatMap { slotOfPath[$0] }
    }

    // Bytes, not strings: a pack of rules names ten thousands of paths, and nothing else takes as long of a layout.
    private mutating func insert(components: [ArraySlice<UInt8>], slot: Slot) {
        var node = 0
        var below: [Int] = [0]
        for (depth, component) in components.enumerated() {
            let isLast = depth == components.count - 1
            let isMember = component.suffix(Self.braces.count).elementsEqual(Self.braces)
            if !isLast, !isMember, component.elementsEqual(Self.anyKey) {
                if nodes[node].anyNode < 0 { nodes[node].anyNode = addNode(parent: components[...depth]) }
                node = Int(nodes[node].anyNode)
            } else {
                let index = nodes[node].place(of: Array(isMember ? component.dropLast(2) : component))
                switch (isLast, isMember) {
                case (true, false): nodes[node].entries[index].slot = Int32(slot)
                case (true, true): nodes[node].entries[index].memberSlot = Int32(slot)
                case (false, false):
                    if nodes[node].entries[index].node < 0 {
                        nodes[node].entries[index].node = addNode(parent: components[...depth])
                    }
                    node = Int(nodes[node].entries[index].node)
                case (false, true):
                    if nodes[node].entries[index].memberNode < 0 {
                        nodes[node].entries[index].memberNode = addNode(parent: components[...depth])
                    }
                    node = Int(nodes[node].entries[index].memberNode)
                }
                if isLast { break }
            }
            below.append(node)
        }
        for ancestor in below { nodes[ancestor].slotsBelow.append(Int32(slot)) }
    }

    private mutating func addNode(parent: ArraySlice<ArraySlice<UInt8>>) -> Int32 {
        var node = Node()
        node.ignoresSpaces = Self.spacelessPaths.contains(Array(parent.joined(separator: [Self.dot])))
        nodes.append(node)
        return Int32(nodes.count - 1)
    }

    /// The keys that are looked for in objects of each node: its own together with the dotted names of all that stands below
    /// it, nearest first.
    func wantedKeys() -> [[Entry]] {
        var wanted = [[Entry]](repeating: [], count: nodes.count)
        // What stands below a node comes behind it.
        for node in nodes.indices.reversed() { wanted[node] = withDottedNames(nodes[node].entries, below: wanted) }
        addPathsAsKeys(to: &wanted[0])
        return wanted
    }

    private func withDottedNames(_ entries: [Entry], below: [[Entry]]) -> [Entry] {
        // Only a key that holds a dot itself may be the same as a dotted name.
        let mayRepeat = entries.contains { $0.key.contains(Self.dot) }
        var known = mayRepeat ? Set(entries.map(\.key)) : []
        var all = entries
        for entry in entries where entry.node >= 0 {
            let holdsAttributes = entry.key == Self.attributesKey
            for inner in below[Int(entry.node)] {
                var dotted = inner
                dotted.key = entry.key + [Self.dot] + inner.key
                if !mayRepeat || known.insert(dotted.key).inserted { all.append(dotted) }
                guard holdsAttributes else { continue }
                // Others write the attributes of an element beside its text, with a sign before the name: `@Name`.
                dotted.key = [UInt8(ascii: "@")] + inner.key
                if !mayRepeat || known.insert(dotted.key).inserted { all.append(dotted) }
            }
        }
        return all
    }

    private func addPathsAsKeys(to top: inout [Entry]) {
        guard !pathsAsKeys.isEmpty else { return }
        var places: [[UInt8]: Int] = [:]
        for (place, entry) in top.enumerated() { places[entry.key] = place }
        for path in pathsAsKeys.sorted() where path.utf8.contains(UInt8(ascii: "{")) {
            let key = Array(path.utf8)
            guard let slot = existingSlot(for: path).map(Int32.init) else { continue }
            if let place = places[key] {
                guard top[place].slot < 0 else { continue }
                (top[place].slot, top[place].memberSlot) = (slot, slot)
            } else {
                top.append(Entry(key: key, slot: slot, memberSlot: slot))
            }
        }
    }
}
