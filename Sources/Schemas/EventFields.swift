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

    private let names: PathNames
    private var event = EventAtHand()

    /// Builds the names of each shape; to be made once for a worker.
    public init(schema: Schema) {
        names = PathNames(schema.shapes.map(ShapeNames.init))
    }

    /// The fields that the event at hand has a value for, but for `_time` and `_raw`, in no order that means anything. Of a record
    /// that a shipper has put something around only its own: `a*` asks for the arguments of a system call, not for `agent.name`.
    ///
    /// - Complexity: linear in the event.
    public func fields(of reader: EventReader) -> [(name: Text, value: Value)] {
        names.begin(shape: reader.currentVariant() % names.shapeCount)
        var state = event
        // Held once, so that nothing in it is copied when it changes.
        event = EventAtHand()
        state.begin()
        var collector = Collector(names: names, reader: reader, event: consume state)
        if !reader.parser.holdsRecord { reader.parser.visitFields(&collector) }
        collector.beginRaw()
        collector.keepsFirst = reader.parser.rawContent == .text
        reader.parser.visitRawFields(&collector)
        let fields = collector.fields
        event = collector.event
        return fields
    }

    /// What is known of an event's fields. It stays from one event to the next, as making room for it anew took a fifth of the
    /// time.
    private struct EventAtHand {
        struct Found {
            /// The numbers of its path, and of the path that has its name.
            var path: Int
            var namedPath: Int
            var rank: Int
            var first: Text?
            var more: [Text] = []
            var isSeveral: Bool

            mutating func removeTexts() { (first, more) = (nil, []) }
        }

        var found: [Found] = []
        /// Where among these a name's value is, by the number of the name; good where the name has the event's stamp.
        private var places: [(stamp: UInt32, place: Int)] = []
        /// Where objects and arrays have been seen, by the number of the path.
        private var containers: [UInt32] = []
        private var containerCount = 0
        private var stamp: UInt32 = 0
        /// That of the containers, of which there are new ones within an event.
        private var containerStamp: UInt32 = 0

        mutating func begin() {
            found.removeAll(keepingCapacity: true)
            if containerStamp > .max - 2 {
                (places, containers) = ([], [])
                (stamp, containerStamp) = (0, 0)
            }
            stamp += 1
            forgetContainers()
        }

        mutating func forgetContainers() {
            containerStamp += 1
            containerCount = 0
        }

        func place(ofName name: Int) -> Int? {
            name < places.count && places[name].stamp == stamp ? places[name].place : nil
        }

        mutating func setPlace(_ place: Int, ofName name: Int) {
            while places.count <= name { places.append((0, 0)) }
            places[name] = (stamp, place)
        }

        func isContainer(_ path: Int) -> Bool { path < containers.count && containers[path] == containerStamp }

        /// False where it is known to be one.
        mutating func addContainer(_ path: Int) -> Bool {
            if isContainer(path) { return false }
            guard containerCount < EventFields.limit else { return true }
            while containers.count <= path { containers.append(0) }
            containers[path] = containerStamp
            containerCount += 1
            return true
        }
    }

    private struct Collector: EventFieldVisitor {
        let names: PathNames
        // SAFETY: it outlives the scan that this is made for.
        unowned(unsafe) let reader: EventReader
        var event: EventAtHand
        private var isRaw = false
        /// Whether the first of several values counts, not the last.
        var keepsFirst = false

        /// What stands beside `_raw` comes before what stands in it, and what stands in an envelope before the envelope's own.
        private static let rawRank = 1 << 20

        init(names: PathNames, reader: EventReader, event: consuming EventAtHand) {
            self.names = names
            self.reader = reader
            self.event = event
        }

        var fields: [(name: Text, value: Value)] {
            event.found.compactMap { field in
                guard let first = field.first else { return nil }
                let name = names[field.namedPath].name.text
                return (name, field.isSeveral ? .multivalue([first] + field.more) : .text(first))
            }
        }

        mutating func beginRaw() {
            isRaw = true
            // What stands in it takes the place of nothing beside it, but where the line is only an envelope.
            if reader.parser.keepsOuter { event.forgetContainers() }
        }

        mutating func visit(path: UnsafeRawBufferPointer, value: EventValue, isSeveral: Bool) {
            guard let path = names.number(of: path) else { return }
            if !isSeveral, event.isContainer(path) { drop(below: path) }
            let named = isRaw || reader.parser.wrapper != .result ? path : exported(path)
            if names[named].isSpecial { return }
            var text: Text?
            if value.hasText {
                let written = reader.parser.text(of: value, in: &reader.arena)
                let isEscaped = names[named].name.isEscaped
                text = Text(copying: isEscaped ? EscapedText.decode(written, in: &reader.arena) : written)
            }
            let rank = names[named].name.rank + (isRaw == reader.parser.keepsOuter ? Self.rawRank : 0)
            let isOfArray = names[named].name.isOfArray
            guard let place = event.place(ofName: names[named].nameNumber) else {
                guard let text, event.found.count < EventFields.limit else { return }
                event.setPlace(event.found.count, ofName: names[named].nameNumber)
                event.found.append(
                    EventAtHand.Found(
                        path: path, namedPath: named, rank: rank, first: text, isSeveral: isOfArray))
                return
            }
            let isEmpty = event.found[place].first == nil
            if isSeveral, rank == event.found[place].rank, event.found[place].path == path {
                guard let text else { return }
                if isEmpty { event.found[place].first = text } else { event.found[place].more.append(text) }
                if !isEmpty { event.found[place].isSeveral = true }
            } else if isEmpty || rank <= event.found[place].rank {
                if keepsFirst, !isEmpty, rank == event.found[place].rank { return }
                guard text != nil || rank == event.found[place].rank else { return }
                event.found[place] = EventAtHand.Found(
                    path: path, namedPath: named, rank: rank, first: text, isSeveral: isOfArray)
            }
        }

        /// What Splunk calls a field that it has exported as an array, as it does with several values: the array itself stands at
        /// the top of the result.
        private func exported(_ number: Int) -> Int {
            let path = names[number].path
            guard path.bytes.suffix(2).elementsEqual("{}".utf8) else { return number }
            let name = path.bytes.dropLast(2)
            // A key may hold the braces itself.
            guard isContainer(name) else { return number }
            for place in name.indices where name[place] == UInt8(ascii: ".") {
                let before = name[..<place]
                let array = before.suffix(2).elementsEqual("{}".utf8) ? before.dropLast(2) : before
                if isContainer(array) { return number }
            }
            return names.number(of: name) ?? number
        }

        private func isContainer(_ path: ArraySlice<UInt8>) -> Bool {
            names.number(of: path).map(event.isContainer) ?? false
        }

        /// A key that comes again takes the place of the one before, with all that stood below it.
        mutating func enter(path: UnsafeRawBufferPointer, isSeveral: Bool) {
            guard !isSeveral, let path = names.number(of: path) else { return }
            if let place = event.place(ofName: names[path].nameNumber), event.found[place].path == path {
                event.found[place].removeTexts()
            }
            if !event.addContainer(path) { drop(below: path) }
        }

        private mutating func drop(below path: Int) {
            let path = names[path].path.bytes
            for place in event.found.indices {
                let bytes = names[event.found[place].path].path.bytes
                guard bytes.count > path.count, bytes.starts(with: path) else { continue }
                let next = bytes[path.count]
                if next == UInt8(ascii: ".") || next == UInt8(ascii: "{") { event.found[place].removeTexts() }
            }
        }
    }
}
