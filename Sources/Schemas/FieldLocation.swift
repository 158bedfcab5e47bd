import Events

/// Where one candidate for a field's value stands in a parsed event, and what is to be done with it.
struct FieldLocation: Sendable {
    enum Operation: Sendable {
        case text
        case lastPart
        case decimal
        /// Behind the last colon of `XmlWinEventLog:Channel`.
        case channelOfSource
        /// The text, `separator`, and the text of `second`.
        case joined
        /// `constant`, whatever the event holds.
        case constant
    }

    var operation: Operation
    var slot: EventLayout.Slot = -1
    var second: EventLayout.Slot = -1
    var constant: [UInt8] = []
    var conditions: [SlotCondition] = []
}

/// A slot that must hold text; one of `texts` in lower case, where there are any.
struct SlotCondition: Sendable {
    var slot: EventLayout.Slot
    var texts: [[UInt8]]
    /// Whether an object is enough.
    var acceptsObject = false
}

/// Turns a shape's names into locations, giving out slots of the layout as it goes.
struct LocationCompiler {
    let schema: Schema
    var layout = EventLayout()

    /// The candidates for an event's own field, in order of precedence.
    ///
    /// With `isSplunk` a field beside `_raw` comes before what the event inside `_raw` says.
    mutating func locations(of name: String, in shape: Schema.Shape, isSplunk: Bool) -> [FieldLocation] {
        var paths: [String] = []
        if isSplunk {
            switch name {
            case "EventID": paths += ["EventID", "EventCode"]
            case "Channel": paths += ["Channel", "source"]
            default: paths.append(name)
            }
        }
        if let named = shape.names[name] {
            paths += named
        } else {
            for template in shape.templates {
                if template == "alias" {
                    if let alias = shape.aliases[name] { paths.append(alias) }
                } else {
                    paths.append(template.replacingDollar(with: name))
                }
            }
        }
        var seen: Set<String> = []
        return paths.filter { seen.insert($0).inserted }.map { location(ofPath: $0, field: name) }
    }

    private mutating func location(ofPath path: String, field: String) -> FieldLocation {
        if let joined = Self.joinedParts(path) {
            return FieldLocation(
                operation: .joined, slot: layout.slot(for: joined.first), second: layout.slot(for: joined.second),
                constant: Array(joined.separator.utf8))
        }
        let isChannelSource = field == "Channel" && path == "source"
        return FieldLocation(operation: isChannelSource ? .channelOfSource : .text, slot: layout.slot(for: path))
    }

    /// The parts of `a + "x" + b`.
    static func joinedParts(_ path: String) -> (first: String, separator: String, second: String)? {
        let quote = path.split(separator: "\"", omittingEmptySubsequences: false)
        guard quote.count == 3, quote[0].hasSuffix(" + "), quote[2].hasPrefix(" + ") else { return nil }
        return (String(quote[0].dropLast(3)), String(quote[1]), String(quote[2].dropFirst(3)))
    }

    mutating func locations(
        of derivations: [Schema.Derivation], in shape: Schema.Shape, isSplunk: Bool
    ) -> [FieldLocation] {
        var found: [FieldLocation] = []
        for derivation in derivations {
            var candidates: [FieldLocation]
            switch derivation.operation {
            case .field(let name):
                candidates = locations(of: name, in: shape, isSplunk: isSplunk)
            case .lastPart(let name):
                candidates = locations(of: name, in: shape, isSplunk: isSplunk)
                for index in candidates.indices where candidates[index].operation == .text {
                    candidates[index].operation = .lastPart
                }
            case .decimal(let name):
                candidates = locations(of: name, in: shape, isSplunk: isSplunk)
                for index in candidates.indices where candidates[index].operation == .text {
                    candidates[index].operation = .decimal
                }
            case .constant(let text):
                candidates = [FieldLocation(operation: .constant, constant: Array(text.utf8))]
            }
            let conditions = derivation.conditions.map { condition in
                SlotCondition(
                    slot: locations(of: condition.path, in: shape, isSplunk: isSplunk).first?.slot ?? -1,
                    texts: condition.texts.map { asciiLowercased(Array($0.utf8)) })
            }
            for index in candidates.indices { candidates[index].conditions = conditions }
            found += candidates
        }
        return found
    }

    mutating func condition(_ condition: Schema.Condition) -> SlotCondition {
        SlotCondition(
            slot: layout.slot(for: condition.path), texts: condition.texts.map { asciiLowercased(Array($0.utf8)) },
            acceptsObject: true)
    }
}

extension String {
    /// A template with the name in place of its `$`.
    fileprivate func replacingDollar(with name: String) -> String {
        split(separator: "$", omittingEmptySubsequences: false).joined(separator: name)
    }
}

func asciiLowercased(_ bytes: [UInt8]) -> [UInt8] {
    bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
}

/// Whether two runs of bytes are equal when ASCII letters are compared without regard to case; `folded` is in lower case.
@inline(__always)
func equalsCaseless(_ bytes: UnsafeRawBufferPointer, _ folded: UnsafeRawBufferPointer) -> Bool {
    guard bytes.count == folded.count else { return false }
    for index in 0..<folded.count {
        let byte = bytes[index]
        let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
        if lower != folded[index] { return false }
    }
    return true
}
