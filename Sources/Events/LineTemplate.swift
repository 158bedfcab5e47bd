import Glibc

/// The operators of a line, as the kernel has found them.
struct LineStructure {
    let bytes: UnsafePointer<UInt8>
    let length: Int
    let positions: UnsafePointer<UInt32>
    let count: Int
}

/// The order of keys and brackets of one kind of event. Telemetry repeats it for thousands of lines, and comparing a line with
/// it takes a fraction of the walk:
///
///     {"EventID":1,"Data":{"Image":"a.exe"}}
///      ---------- -------- --------           the texts before the colons have to be the same,
///     ^         ^^       ^^       ^       ^^  the operators, too;
///                                             tokens may be any, and stand where the wanted ones are looked for
///
/// What a line with the same texts and operators holds in which slot is known without looking a key up: also the members of an
/// array, as they are as many. A line that differs is walked.
final class LineTemplate {
    struct Step {
        enum Kind: UInt8 {
            /// A key and a scalar.
            case member
            /// A key, and the bracket of an object or an array.
            case opensMember
            /// A scalar in an array.
            case element
            /// The bracket of an object or an array in an array.
            case opensElement
            /// The operator behind a bracket that closes, or the bracket that closes what is empty.
            case closes
        }

        var kind: Kind
        /// The operator at the step's end.
        var end: UInt8
        /// Where the value goes, or -1; those of several elements stand one behind the other.
        var slot: Int32 = -1
        /// The node of an object that opens, or -1.
        var node: Int32 = -1
        /// What stands between the operator before and the colon, which is included: in the template's texts.
        var textStart: UInt32 = 0
        var textCount: UInt32 = 0
    }

    /// Longer events are walked.
    static let maximumOperators = 2048

    let operatorCount: Int
    let stepCount: Int
    /// Whether a line may hold more than its keys tell: a text that is an event, data in a list.
    let mayOpen: Bool
    /// In which places lines of this order have values, once it is known.
    var form: EventForms.Reference?
    /// Which of the tables' columns a line has.
    // SAFETY: as the steps.
    let columns: UnsafeMutableBufferPointer<Int>
    // SAFETY: allocated in init with what they are filled with there, only read after, freed in deinit.
    let steps: UnsafeMutablePointer<Step>
    let texts: UnsafeMutablePointer<UInt8>

    /// Takes the order of an event that the walk has found to be well-formed.
    ///
    /// `nil` where more than the order of keys decides on what it holds: in arrays of which members are wanted, if they are
    /// not all scalars, in an event inside another object, where a wanted key occurs twice, where a key has escapes.
    init?(_ line: LineStructure, tables: EventTables, find: (_ key: Range<Int>, _ node: Int32) -> Int) {
        guard line.count <= Self.maximumOperators else { return nil }
        var builder = Builder(line: line, tables: tables)
        guard builder.build(find) else { return nil }
        operatorCount = line.count
        stepCount = builder.steps.count
        mayOpen = builder.steps.contains { $0.slot >= 0 && tables.isOpened($0.slot, by: $0.end) }
        let present = builder.steps.compactMap { $0.slot >= 0 ? tables.column($0.slot, by: $0.end) : nil }
        columns = .allocate(capacity: present.count)
        _ = columns.initialize(from: present.sorted())
        steps = .allocate(capacity: stepCount)
        steps.initialize(from: builder.steps, count: stepCount)
        texts = .allocate(capacity: max(1, builder.texts.count))
        texts.initialize(from: builder.texts, count: builder.texts.count)
    }

    deinit {
        columns.deallocate()
        steps.deallocate()
        texts.deallocate()
    }

    /// Takes a line apart in the way of the walk, which it follows step by step.
    private struct Builder {
        let line: LineStructure
        let tables: EventTables
        var steps: [Step] = []
        var texts: [UInt8] = []
        private var slots: Set<Int32> = []
        /// Nodes that stand for an object or another value of the event.
        private var nodes: Set<Int32> = []

        init(line: LineStructure, tables: EventTables) {
            self.line = line
            self.tables = tables
        }

        private struct Level {
            /// -1 where nothing is wanted.
            var node: Int32
            var isObject: Bool
            /// Where the scalars of an array go, or -1.
            var memberSlot: Int32 = -1
            /// Whether members of an array are wanted.
            var wantsMembers = false
        }

        private func byte(_ index: Int) -> UInt8 { line.bytes[Int(line.positions[index])] }

        /// Whether a text stands between an operator and the next.
        private func holdsText(before index: Int) -> Bool {
            !isSpace(line.bytes, Int(line.positions[index - 1]) + 1, Int(line.positions[index]))
        }

        mutating func build(_ find: (_ key: Range<Int>, _ node: Int32) -> Int) -> Bool {
            var levels: [Level] = []
            var level = Level(node: 0, isObject: true)
            var index = 1
            while index < line.count {
                let isClosing = byte(index) == UInt8(ascii: "}") || byte(index) == UInt8(ascii: "]")
                let follows = byte(index - 1) == UInt8(ascii: "}") || byte(index - 1) == UInt8(ascii: "]")
                if follows || isClosing && !holdsText(before: index) {
                    steps.append(Step(kind: .closes, end: byte(index)))
                } else if level.isObject {
                    guard let entry = key(at: index, in: level, find) else { return false }
                    index += 1
                    guard index < line.count else { return false }
                    if byte(index) == UInt8(ascii: "{") || byte(index) == UInt8(ascii: "[") {
                        levels.append(level)
                        guard let inside = open(entry, at: index, in: level, isRoot: levels.count == 1) else {
                            return false
                        }
                        level = inside
                        index += 1
                        continue
                    }
                    steps[steps.count - 1].end = byte(index)
                    if entry >= 0, !takes(tables.entries[entry]) { return false }
                } else if byte(index) == UInt8(ascii: "{") || byte(index) == UInt8(ascii: "[") {
                    if level.wantsMembers { return false }
                    steps.append(Step(kind: .opensElement, end: byte(index)))
                    levels.append(level)
                    level = Level(node: -1, isObject: byte(index) == UInt8(ascii: "{"))
                    index += 1
                    continue
                } else {
                    steps.append(Step(kind: .element, end: byte(index), slot: level.memberSlot))
                }
                if byte(index) != UInt8(ascii: ",") {
                    guard let outer = levels.popLast() else { return index == line.count - 1 }
                    level = outer
                }
                index += 1
            }
            return false
        }

        /// Begins a step with the key before a colon; its entry, or -1.
        private mutating func key(
            at index: Int, in level: Level, _ find: (_ key: Range<Int>, _ node: Int32) -> Int
        ) -> Int? {
            guard byte(index) == UInt8(ascii: ":") else { return nil }
            let start = Int(line.positions[index - 1]) + 1
            let colon = Int(line.positions[index])
            let text = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(start: line.bytes, count: colon)[start...])
            guard let first = text.firstIndex(of: UInt8(ascii: "\"")),
                let last = text.lastIndex(of: UInt8(ascii: "\"")), first < last,
                !text.contains(UInt8(ascii: "\\"))
            else { return nil }
            steps.append(
                Step(
                    kind: .member, end: 0, textStart: UInt32(texts.count), textCount: UInt32(colon + 1 - start)))
            texts += text
            texts.append(UInt8(ascii: ":"))
            return level.node < 0 ? -1 : find(start + first + 1..<start + last, level.node)
        }

        /// Notes where a member's value goes; false where a member before it has been there, which it takes the place of.
        private mutating func takes(_ entry: KeyTable.Entry) -> Bool {
            steps[steps.count - 1].slot = entry.slot
            return Self.note(entry.slot, entry.memberSlot, in: &slots)
                && Self.note(entry.node, entry.memberNode, in: &nodes)
        }

        /// Whether a member's two places, which may be the same or none, were not taken before.
        private static func note(_ place: Int32, _ memberPlace: Int32, in taken: inout Set<Int32>) -> Bool {
            (place < 0 || taken.insert(place).inserted)
                && (memberPlace < 0 || memberPlace == place || taken.insert(memberPlace).inserted)
        }

        private mutating func open(_ entry: Int, at index: Int, in level: Level, isRoot: Bool) -> Level? {
            let opensObject = byte(index) == UInt8(ascii: "{")
            steps[steps.count - 1].kind = .opensMember
            steps[steps.count - 1].end = byte(index)
            guard level.node >= 0 else { return Level(node: -1, isObject: opensObject) }
            guard entry >= 0 else {
                return Level(node: opensObject ? tables.nodes[Int(level.node)].anyNode : -1, isObject: opensObject)
            }
            let found = tables.entries[entry]
            if found.isWrapper, isRoot, opensObject { return nil }
            guard takes(found) else { return nil }
            guard opensObject else {
                return Level(
                    node: -1, isObject: false, memberSlot: found.memberSlot,
                    wantsMembers: found.memberSlot >= 0 || found.memberNode >= 0)
            }
            steps[steps.count - 1].node = found.node
            return Level(node: found.node, isObject: true)
        }
    }
}
