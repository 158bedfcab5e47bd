import Events
public import Values

/// All fields of an event, under the names by which a search finds them.
///
/// A name is what a shape's templates leave of the path that a value stands under: `Event.EventData.Image` is `Image`,
/// `winlog.channel` is `Channel`; what no template takes keeps its whole path. Where several values have one name, the
/// one that a search for the name finds counts. One belongs to one worker.
public final class EventFields {
    /// The most fields that are given of one event.
    public static let limit = 2_001

    private let shapes: [ShapeNames]
    /// What paths are called, by variant; forgotten when they become too many.
    private var known: [[Text: ShapeNames.Name]]
    private var knownCount = 0
    private static let knownLimit = 20_000

    /// Builds the names of each shape; to be made once for a worker.
    public init(schema: Schema) {
        shapes = schema.shapes.map(ShapeNames.init)
        known = Array(repeating: [:], count: shapes.count)
    }

    /// The fields that the event at hand has a value for, but for `_time` and `_raw`, in no order that means anything. Of a record
    /// that a shipper has put something around only its own: `a*` asks for the arguments of a system call, not for `agent.name`.
    ///
    /// - Complexity: linear in the event.
    public func fields(of reader: EventReader) -> [(name: Text, value: Value)] {
        var collector = Collector(names: self, shape: reader.currentVariant() % shapes.count, reader: reader)
        if !reader.parser.holdsRecord { reader.parser.visitFields(&collector) }
        collector.beginRaw()
        collector.keepsFirst = reader.parser.rawContent == .text
        reader.parser.visitRawFields(&collector)
        return collector.result
    }

    fileprivate func name(of path: Text, shape: Int) -> ShapeNames.Name {
        if let name = known[shape][path] { return name }
        var name = shapes[shape].name(of: path.bytes)
        name.isOfArray = path.isOfArray
        name.isEscaped = name.text != path && shapes[shape].isEscaped(path.bytes)
        if knownCount >= Self.knownLimit {
            known = Array(repeating: [:], count: shapes.count)
            knownCount = 0
        }
        known[shape][path] = name
        knownCount += 1
        return name
    }

    private struct Collector: EventFieldVisitor {
        let names: EventFields
        let shape: Int
        // SAFETY: it outlives the scan that this is made for.
        unowned(unsafe) let reader: EventReader
        private var isRaw = false
        /// Whether the first of several values counts, not the last.
        var keepsFirst = false
        private var found: [Found] = []
        private var places: [Text: Int] = [:]
        /// Where objects and arrays have been seen.
        private var containers: Set<Text> = []

        private struct Found {
            var name: Text
            var path: Text
            var rank: Int
            var texts: [Text]
            var isSeveral: Bool
        }

        private static let special: [Text] = ["_time", "_raw"]
        /// What stands beside `_raw` comes before what stands in it, and what stands in an envelope before the envelope's own.
        private static let rawRank = 1 << 20

        init(names: EventFields, shape: Int, reader: EventReader) {
            self.names = names
            self.shape = shape
            self.reader = reader
        }

        var result: [(name: Text, value: Value)] {
            found.compactMap { field in
                guard let first = field.texts.first else { return nil }
                return (field.name, field.isSeveral ? .multivalue(field.texts) : .text(first))
            }
        }

        mutating func beginRaw() {
            isRaw = true
            // What stands in it takes the place of nothing beside it, but where the line is only an envelope.
            if reader.parser.keepsOuter { containers = [] }
        }

        mutating func visit(path: UnsafeRawBufferPointer, value: EventValue, isSeveral: Bool) {
            let path = Text(copying: path)
            if !isSeveral, containers.contains(path) { drop(below: path) }
            let known = names.name(of: ownName(of: path), shape: shape)
            if Self.special.contains(known.text) { return }
            var text: Text?
            if value.hasText {
                let written = reader.parser.text(of: value, in: &reader.arena)
                text = Text(copying: known.isEscaped ? EscapedText.decode(written, in: &reader.arena) : written)
            }
            let rank = known.rank + (isRaw == reader.parser.keepsOuter ? Self.rawRank : 0)
            guard let place = places[known.text] else {
                guard let text, found.count < EventFields.limit else { return }
                places[known.text] = found.count
                found.append(Found(name: known.text, path: path, rank: rank, texts: [text], isSeveral: known.isOfArray))
                return
            }
            let isEmpty = found[place].texts.isEmpty
            if isSeveral, rank == found[place].rank, found[place].path == path {
                if let text { found[place].texts.append(text) }
                if found[place].texts.count > 1 { found[place].isSeveral = true }
            } else if isEmpty || rank <= found[place].rank {
                if keepsFirst, !isEmpty, rank == found[place].rank { return }
                guard text != nil || rank == found[place].rank else { return }
                found[place] = Found(
                    name: known.text, path: path, rank: rank, texts: text.map { [$0] } ?? [],
                    isSeveral: known.isOfArray)
            }
        }

        /// What Splunk calls a field that it has exported as an array, as it does with several values: the array itself stands at
        /// the top of the result.
        private func ownName(of path: Text) -> Text {
            guard !isRaw, reader.parser.wrapper == .result, path.bytes.suffix(2).elementsEqual("{}".utf8) else {
                return path
            }
            let name = path.bytes.dropLast(2)
            // A key may hold the braces itself.
            guard containers.contains(Text(bytes: Array(name))) else { return path }
            for place in name.indices where name[place] == UInt8(ascii: ".") {
                let before = name[..<place]
                let array = before.suffix(2).elementsEqual("{}".utf8) ? before.dropLast(2) : before
                if containers.contains(Text(bytes: Array(array))) { return path }
            }
            return Text(bytes: Array(name))
        }

        /// A key that comes again takes the place of the one before, with all that stood below it.
        mutating func enter(path: UnsafeRawBufferPointer, isSeveral: Bool) {
            guard !isSeveral else { return }
            let path = Text(copying: path)
            if let place = places[names.name(of: path, shape: shape).text], found[place].path == path {
                found[place].texts = []
            }
            if containers.count < EventFields.limit, !containers.insert(path).inserted { drop(below: path) }
        }

        private mutating func drop(below path: Text) {
            for place in found.indices {
                let bytes = found[place].path.bytes
                guard bytes.count > path.bytes.count, bytes.starts(with: path.bytes) else { continue }
                let next = bytes[path.bytes.count]
                if next == UInt8(ascii: ".") || next == UInt8(ascii: "{") { found[place].texts = [] }
            }
        }
    }
}

extension Text {
    /// Whether a path leads through an array.
    fileprivate var isOfArray: Bool { bytes.suffix(2).elementsEqual("{}".utf8) || string.contains("{}.") }
}

/// What the paths of one shape are called.
private struct ShapeNames: Sendable {
    struct Name: Sendable {
        var text: Text
        /// Of several values of one name the one with the least rank counts.
        var rank: Int
        /// Whether the path leads through an array.
        var isOfArray = false
        /// Whether texts are escaped once more.
        var isEscaped = false
    }

    private var exact: [Text: Name] = [:]
    /// With the dot behind them.
    private let escapedObjects: [[UInt8]]
    private var templates: [(before: [UInt8], hasAnyKey: Bool, isCamel: Bool)] = []

    init(_ shape: Schema.Shape) {
        escapedObjects = shape.escapedObjects.map { Array(($0 + ".").utf8) }
        for template in shape.templates where template != "alias" {
            guard let before = template.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false).first
            else { continue }
            let hasAnyKey = before.suffix(2).elementsEqual("*.".utf8)
            templates.append(
                (Array(hasAnyKey ? before.dropLast(2) : before), hasAnyKey, template.isCamelTemplate))
        }
        // Where an event's own keys are its names, they stay what they are.
        guard templates.contains(where: { !$0.before.isEmpty }) else { return }
        for (name, paths) in shape.names {
            // The places where a value may stand instead keep their own names, unless they are part of the first one.
            for (rank, path) in paths.enumerated() where rank == 0 || path.hasPrefix(paths[0] + ".") {
                let known = exact[Text(path)]
                if known.map({ ($0.rank, $0.text) > (rank, Text(name)) }) ?? true {
                    exact[Text(path)] = Name(text: Text(name), rank: rank)
                    if let attribute = path.firstRange(of: Self.attributes) {
                        let beside = path[..<attribute.lowerBound] + ".@" + path[attribute.upperBound...]
                        exact[Text(String(beside))] = Name(text: Text(name), rank: rank)
                    }
                }
            }
        }
    }

    private static let templateRank = 100
    private static let attributes = ".#attributes."

    func isEscaped(_ path: [UInt8]) -> Bool { escapedObjects.contains { path.starts(with: $0) } }

    func name(of path: [UInt8]) -> Name {
        if let name = exact[Text(bytes: path)] { return name }
        for (number, template) in templates.enumerated() where path.starts(with: template.before) {
            var rest = path[template.before.count...]
            if template.hasAnyKey {
                guard let dot = rest.firstIndex(of: UInt8(ascii: ".")) else { continue }
                rest = rest[(dot + 1)...]
            }
            if template.isCamel, let first = rest.first, (0x61...0x7A).contains(first) {
                rest = [first & ~0x20] + rest.dropFirst()
            }
            if !rest.isEmpty { return Name(text: Text(bytes: Array(rest)), rank: Self.templateRank + number) }
        }
        return Name(text: Text(bytes: path), rank: Self.templateRank + templates.count)
    }
}
