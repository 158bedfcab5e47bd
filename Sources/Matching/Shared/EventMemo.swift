import Glibc

/// Remembers which members held for events: telemetry repeats itself, and an event that answers all that was asked of another
/// as that one did comes to the same.
///
/// For each form of event there is a tree. A node says what to ask next, and the answers lead on, down to the members that hold:
///
///     form ── Channel? ──"Security"── EventID? ──4658── (nothing holds)
///                                        └─────4688── CommandLine? ──"cmd /c whoami"── (members 3 and 17)
///
/// Questions are those that evaluating an event has asked, in its order; so what is not asked of an event, such as its time, tells
/// it from no other. Answers are compared byte by byte. Bounded: when its room is used up it forgets everything.
final class EventMemo {
    private struct Root {
        var generation: UInt32 = 0
        /// -1 where there is none.
        var node: Int32 = -1
        var lookups: UInt32 = 0
        var finds: UInt32 = 0
        /// For how many events of the form it is not worth looking.
        var pause: UInt32 = 0
    }

    private struct Node {
        /// A number from 0 for a question to the event, a negative one for a search term; or one of those below.
        var question = Node.open
        /// Where the answer leads to that was given last: telemetry comes in runs.
        var last = Edge()
        /// The members that hold, where the question is `told`.
        var start: Int32 = 0
        var count: Int32 = 0

        static let open = Int32.min
        static let told = Int32.min + 1
    }

    private struct Edge {
        var node: Int32 = -1
        var child: Int32 = -1
        var offset: UInt32 = 0
        var length: UInt16 = 0
        var kind: UInt8 = 0
    }

    /// How far the tree is known for the event at hand.
    private struct Way {
        /// Where it ends; -1 before the root is made.
        var node: Int32 = -1
        /// The hash of the answer that leads nowhere from there.
        var hash: UInt64 = 0
        var hasHash = false
        /// Whether such an answer was given before.
        var isNew = false
    }

    /// Longer answers are not remembered; hardly any is the same as another.
    private static let longestAnswer = 2048
    private static let nodeLimit = 1 << 16
    private static let edgeCount = 1 << 16
    private static let ways = 4
    private static let noteCount = 1 << 14
    private static let byteLimit = 1 << 21
    private static let memberLimit = 1 << 16
    /// After how many events of a form it is asked whether remembering pays.
    private static let trial: UInt32 = 2048
    private static let pause: UInt32 = 1 << 14

    // SAFETY: allocated in init with the limits above and freed in deinit; what is added was checked to have room, and nodes,
    // edges and roots name only what was added since all was forgotten last.
    private let roots: UnsafeMutablePointer<Root>
    private let nodes: UnsafeMutablePointer<Node>
    private let edges: UnsafeMutablePointer<Edge>
    /// Of each edge half of its answer's hash, 0 where there is none: most answers that are not known are told by these alone.
    private let tags: UnsafeMutablePointer<UInt32>
    private let notes: UnsafeMutablePointer<UInt32>
    private let bytes: UnsafeMutablePointer<UInt8>
    private let members: UnsafeMutablePointer<Int32>
    private var nodeCount = 0
    private var byteCount = 0
    private var memberCount = 0
    private var turn = 0
    private var way = Way()
    /// What was asked on the way.
    private let asked = EventQuestions()

    init() {
        roots = .allocate(capacity: EventForm.limit)
        roots.initialize(repeating: Root(), count: EventForm.limit)
        nodes = .allocate(capacity: Self.nodeLimit)
        edges = .allocate(capacity: Self.edgeCount)
        tags = .allocate(capacity: Self.edgeCount)
        tags.initialize(repeating: 0, count: Self.edgeCount)
        notes = .allocate(capacity: Self.noteCount)
        notes.initialize(repeating: 0, count: Self.noteCount)
        bytes = .allocate(capacity: Self.byteLimit)
        members = .allocate(capacity: Self.memberLimit)
    }

    deinit {
        roots.deallocate()
        nodes.deallocate()
        edges.deallocate()
        tags.deallocate()
        notes.deallocate()
        bytes.deallocate()
        members.deallocate()
    }

    /// Whether events of a form are worth looking for at this time.
    @inline(__always)
    func takes(_ form: EventForm) -> Bool {
        guard form.place < EventForm.limit else { return false }
        let root = roots + form.place
        if root.pointee.generation != form.generation { root.pointee = Root(generation: form.generation) }
        guard root.pointee.pause > 0 else { return true }
        root.pointee.pause -= 1
        return false
    }

    /// The members that held for an event of this form with the same answers; `nil` where none is remembered: the event may then be
    /// remembered. They stay where they are until something is.
    @inline(__always)
    func recall(_ form: EventForm, _ answer: (Int32) -> EventAnswer?) -> UnsafeBufferPointer<Int32>? {
        let root = roots + form.place
        root.pointee.lookups += 1
        if root.pointee.lookups >= Self.trial { reconsider(root) }
        asked.removeAll()
        var place = root.pointee.node
        way = Way(node: place)
        while place >= 0 {
            let node = nodes + Int(place)
            let question = node.pointee.question
            if question == Node.told {
                root.pointee.finds += 1
                return UnsafeBufferPointer(start: members + Int(node.pointee.start), count: Int(node.pointee.count))
            }
            way.node = place
            guard question != Node.open, let answer = answer(question) else { return nil }
            asked.append(question)
            if isEqual(node.pointee.last, place, answer) {
                place = node.pointee.last.child
                continue
            }
            let hash = Self.hash(place, answer)
            guard let child = child(of: place, answer, hash) else {
                way.hash = hash
                way.hasHash = true
                let note = UInt32(truncatingIfNeeded: hash >> 32)
                let place = Int(truncatingIfNeeded: hash) & (Self.noteCount - 1)
                way.isNew = notes[place] != note
                notes[place] = note
                return nil
            }
            place = child
        }
        return nil
    }

    /// Whether the event that was looked for last may well come again: it differs from those that are remembered in an answer that
    /// was given before.
    var isWorthwhile: Bool { !way.isNew }

    /// Remembers the members that hold for the event that was looked for last: all that they follow from is what it was asked.
    func remember(
        _ held: UnsafeBufferPointer<Int32>, _ form: EventForm, _ questions: EventQuestions,
        _ answer: (Int32) -> EventAnswer?
    ) {
        guard held.count <= Self.memberLimit / 16 else { return }
        if nodeCount + questions.count + 2 > Self.nodeLimit || memberCount + held.count > Self.memberLimit {
            return forget()
        }
        var place = way.node
        if place < 0 {
            place = newNode()
            roots[form.place].node = place
        }
        // An answer that leads nowhere is to a question that stands there; behind it all nodes are new.
        if way.hasHash {
            guard let answer = answer(nodes[Int(place)].question),
                let child = add(answer, to: place, hash: way.hash)
            else { return }
            place = child
        } else if nodes[Int(place)].question != Node.open {
            return
        }
        for index in 0..<questions.count where !asked.contains(questions[index]) {
            guard let answer = answer(questions[index]) else { return }
            nodes[Int(place)].question = questions[index]
            guard let child = add(answer, to: place, hash: Self.hash(place, answer)) else { return }
            place = child
        }
        nodes[Int(place)].question = Node.told
        nodes[Int(place)].start = Int32(memberCount)
        nodes[Int(place)].count = Int32(held.count)
        if let base = held.baseAddress { (members + memberCount).initialize(from: base, count: held.count) }
        memberCount += held.count
    }

    private func newNode() -> Int32 {
        (nodes + nodeCount).initialize(to: Node())
        nodeCount += 1
        return Int32(nodeCount - 1)
    }

    // MARK: Answers

    @inline(__always)
    private func child(of place: Int32, _ answer: EventAnswer, _ hash: UInt64) -> Int32? {
        let bucket = Int(truncatingIfNeeded: hash) & (Self.edgeCount - Self.ways)
        let tag = Self.tag(hash)
        for index in bucket..<bucket + Self.ways where tags[index] == tag {
            guard isEqual(edges[index], place, answer) else { continue }
            nodes[Int(place)].last = edges[index]
            return edges[index].child
        }
        return nil
    }

    @inline(__always)
    private func isEqual(_ edge: Edge, _ place: Int32, _ answer: EventAnswer) -> Bool {
        guard edge.node == place, Int(edge.length) == answer.bytes.count, edge.kind == answer.kind else { return false }
        guard let start = answer.bytes.baseAddress, answer.bytes.count > 0 else { return true }
        return memcmp(start, bytes + Int(edge.offset), answer.bytes.count) == 0
    }

    /// Where another answer leads to; `nil` where it is not remembered.
    private func add(_ answer: EventAnswer, to place: Int32, hash: UInt64) -> Int32? {
        let count = answer.bytes.count
        guard count <= Self.longestAnswer else { return nil }
        guard byteCount + count <= Self.byteLimit else {
            forget()
            return nil
        }
        let bucket = Int(truncatingIfNeeded: hash) & (Self.edgeCount - Self.ways)
        var index = (bucket..<bucket + Self.ways).first { tags[$0] == 0 } ?? -1
        if index < 0 {
            turn = (turn + 1) & (Self.ways - 1)
            index = bucket + turn
        }
        if let start = answer.bytes.baseAddress {
            UnsafeMutableRawPointer(bytes + byteCount).copyMemory(from: start, byteCount: count)
        }
        tags[index] = Self.tag(hash)
        edges[index] = Edge(
            node: place, child: newNode(), offset: UInt32(byteCount), length: UInt16(count), kind: answer.kind)
        byteCount += count
        nodes[Int(place)].last = edges[index]
        return edges[index].child
    }

    @inline(__always)
    private static func hash(_ place: Int32, _ answer: EventAnswer) -> UInt64 {
        let number = UInt64(UInt32(bitPattern: place)) << 8 | UInt64(answer.kind)
        return ValueHash.hash(answer.bytes, seed: ValueHash.seed &+ number &* 0xA076_1D64_78BD_642F)
    }

    @inline(__always)
    private static func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) | 1 }

    // MARK: Forgetting

    private func forget() {
        tags.update(repeating: 0, count: Self.edgeCount)
        for place in 0..<EventForm.limit { roots[place].node = -1 }
        nodeCount = 0
        byteCount = 0
        memberCount = 0
    }

    /// A form whose events hardly ever repeat each other would only drive others out.
    private func reconsider(_ root: UnsafeMutablePointer<Root>) {
        if root.pointee.finds * 8 < root.pointee.lookups { root.pointee.pause = Self.pause }
        root.pointee.lookups = 0
        root.pointee.finds = 0
    }
}

/// What was asked of an event, each once: numbers from 0 for what its reader answers, negative ones for search terms.
final class EventQuestions {
    private static let limit = 64
    // SAFETY: allocated with the limit here and freed in deinit; what is added keeps to it.
    private let numbers = UnsafeMutablePointer<Int32>.allocate(capacity: limit)
    private(set) var count = 0
    /// Whether there was room for all of them.
    private(set) var areComplete = true

    deinit { numbers.deallocate() }

    subscript(_ index: Int) -> Int32 { numbers[index] }

    func contains(_ question: Int32) -> Bool {
        for index in 0..<count where numbers[index] == question { return true }
        return false
    }

    @inline(__always)
    func removeAll() {
        count = 0
        areComplete = true
    }

    /// Adds a question that is new.
    @inline(__always)
    func append(_ question: Int32) {
        guard count < Self.limit else {
            areComplete = false
            return
        }
        numbers[count] = question
        count += 1
    }

    /// Adds a question, if it was not asked before.
    func add(_ question: Int32) {
        if !contains(question) { append(question) }
    }
}
