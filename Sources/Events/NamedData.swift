/// The data of a Windows event, where names stand beside the values, as XML does when it is turned into JSON by what knows
/// nothing of events:
///
///     [{"@Name":"Image","#text":"C:\\a.exe"},{"@Name":"User"}]        xmltodict, EvtxECmd
///     [{"#attributes":{"Name":"Image"},"#text":"C:\\a.exe"}]          evtx_dump, where it does not make keys of the names
///     {"Name":"Image","Value":"C:\\a.exe"}                            one alone, by a program of the user's own
///
/// A member without a value is an empty text, as an element without text is.
public struct NamedData {
    private var cursor: JSONCursor
    private let isList: Bool
    private var isAtEnd = false

    private enum Role {
        case name, value, attributes, other
    }

    /// From the bracket at `start` on, which opens an array, or an object that is the only member.
    init(_ text: UnsafeRawBufferPointer, from start: Int, base: EventValue.Base) {
        cursor = JSONCursor(text: text, base: base, index: start)
        isList = start < text.count && text[start] == UInt8(ascii: "[")
        if isList { cursor.index += 1 }
    }

    /// In an object or array as it is written.
    public init(_ text: UnsafeRawBufferPointer) { self.init(text, from: 0, base: .innerJSON) }

    /// The bytes of a name or value as they are written.
    public func written(_ value: EventValue) -> UnsafeRawBufferPointer { cursor.written(value) }

    /// Where the walk has come to in the text: behind the bracket that closes, once there are no more pairs.
    var end: Int { cursor.index }

    /// The next pair of a name and a value; `nil` behind the last one.
    /// - Complexity: linear in the bytes passed over.
    public mutating func next() -> (name: EventValue, value: EventValue)? {
        while !isAtEnd, let byte = cursor.nextByte() {
            switch byte {
            case UInt8(ascii: "{"):
                isAtEnd = !isList
                let pair = member()
                if let pair { return pair }
            case UInt8(ascii: ","): cursor.index += 1
            case UInt8(ascii: "]"):
                cursor.index += 1
                isAtEnd = true
            default:
                if !skipValue(byte) { isAtEnd = true }
            }
        }
        return nil
    }

    /// Passes an object; what it names, and its value.
    private mutating func member() -> (name: EventValue, value: EventValue)? {
        var name: EventValue?
        var value: EventValue?
        guard
            object(
                { role, found in
                    switch role {
                    case .name: name = found
                    case .value: value = found
                    case .attributes, .other: break
                    }
                }, depth: 0)
        else {
            isAtEnd = true
            return nil
        }
        guard let name, name.kind == .string, name.length > 0 else { return nil }
        var empty = name
        (empty.length, empty.isEncoded) = (0, false)
        return (name, value ?? empty)
    }

    private mutating func object(_ take: (Role, EventValue) -> Void, depth: Int) -> Bool {
        cursor.index += 1
        while true {
            switch cursor.nextMember() {
            case .end: return true
            case .broken: return false
            case .key(let key):
                guard let first = cursor.nextByte() else { return false }
                let role = Self.role(of: cursor.written(key), opensObject: first == UInt8(ascii: "{"))
                if role == .attributes, depth == 0 {
                    guard object(take, depth: 1) else { return false }
                } else if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
                    guard cursor.skip() else { return false }
                } else {
                    guard let value = first == UInt8(ascii: "\"") ? cursor.string() : cursor.token() else {
                        return false
                    }
                    take(role, value)
                }
            }
        }
    }

    private mutating func skipValue(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "["): cursor.skip()
        case UInt8(ascii: "\""): cursor.string() != nil
        default: cursor.token() != nil
        }
    }

    private static let names = ["Name", "name"].map { Array($0.utf8) }
    private static let values = ["text", "Text", "value", "Value", "content", "t", ""].map { Array($0.utf8) }
    private static let attributes = ["attributes", ""].map { Array($0.utf8) }

    /// What a key says, without the signs that converters put before attributes and texts.
    private static func role(of key: UnsafeRawBufferPointer, opensObject: Bool) -> Role {
        let word = key.drop { "@#$-_".utf8.contains($0) }
        if opensObject { return attributes.contains { word.elementsEqual($0) } ? .attributes : .other }
        if names.contains(where: { word.elementsEqual($0) }) { return .name }
        return values.contains { word.elementsEqual($0) } ? .value : .other
    }
}

extension EventLayout {
    /// Objects whose members may stand in a list of pairs: under `Data` in them, or in their own place.
    static let namedDataParents = ["EventData", "UserData.*", "Event.EventData", "Event.UserData.*"]
    static let namedDataKey = "Data"

    /// How the paths of such objects begin.
    public static let namedDataPrefixes = ["EventData.", "UserData.", "Event.EventData.", "Event.UserData."]

    /// The object whose members a list at this path names; `nil` where what stands there is no such list.
    static func namedDataParent(of path: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        if isNamedDataParent(path) { return path }
        guard path.suffix(dataSuffix.count).elementsEqual(dataSuffix) else { return nil }
        let parent = path.dropLast(dataSuffix.count)
        return isNamedDataParent(parent) ? parent : nil
    }

    private static let dataSuffix = Array(("." + namedDataKey).utf8)
    private static let exactParents = namedDataParents.filter { !$0.hasSuffix("*") }.map { Array($0.utf8) }
    private static let openParents = namedDataParents.filter { $0.hasSuffix("*") }.map { Array($0.utf8.dropLast()) }

    private static func isNamedDataParent(_ path: ArraySlice<UInt8>) -> Bool {
        if exactParents.contains(where: { path.elementsEqual($0) }) { return true }
        return openParents.contains {
            path.starts(with: $0) && path.count > $0.count && !path.dropFirst($0.count).contains(UInt8(ascii: "."))
        }
    }
}

extension EventParser {
    /// Records the data of an event that stand in a list of pairs under the names that it gives them.
    func readNamedData() {
        for list in tables.namedData {
            let value = values[list.slot]
            guard value.stamp == stamp, value.kind == .array || value.kind == .object && list.mayBeAlone else {
                continue
            }
            if value.base == .line {
                read(NamedData(line, from: Int(value.start), base: .line), in: line, node: list.node)
            } else {
                inner.withUnsafeBytes {
                    read(NamedData($0, from: Int(value.start), base: value.base), in: $0, node: list.node)
                }
            }
        }
    }

    private func read(_ data: NamedData, in text: UnsafeRawBufferPointer, node: Int) {
        guard let bytes = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
        var data = data
        while let pair = data.next() {
            // The names are no keys: lines of one template may have others.
            template = nil
            let start = Int(pair.name.start)
            let entry = find(bytes + start, Int(pair.name.length), available: text.count - start, node: node)
            guard entry >= 0, tables.entries[entry].slot >= 0 else { continue }
            var value = pair.value
            value.stamp = stamp
            isAppending = 1
            store(value, in: Int(tables.entries[entry].slot))
            isAppending = 0
        }
    }
}
