/// Many predicates over the same events, made ready to be evaluated together.
///
/// Three things keep an event from costing as much as there are predicates:
///
/// * *Gates.* Predicates that can hold only for a few texts of a field that tells kinds of events apart, such as an event
///   identifier, are looked at only for events that have one of them.
/// * *Shared tests.* In a gate each field has one matcher for the tests of all predicates, and what it says of a value is
///   remembered. A test is never run for each predicate.
/// * *Triggers.* From each predicate the rarest set of tests of which one must hold is chosen. Only predicates of which a
///   trigger fired are evaluated, on the outcomes that are there already.
///
/// The set itself only reads, and is shared by all workers; each has a `PredicateSetEvaluator` of its own.
public final class PredicateSet: Sendable {
    /// A predicate, and the kind of events that it is asked of.
    public struct Member: Sendable {
        /// Over slots, and simplified, so that equal parts of several members are found to be equal.
        public var predicate: Predicate<Int>
        /// Only events that belong to this domain count; -1 for every event.
        public var domain: Int

        /// - Parameters:
        ///   - predicate: one that `simplified` leaves as it is.
        ///   - domain: -1 for every event.
        public init(simplified predicate: Predicate<Int>, domain: Int = -1) {
            self.predicate = predicate
            self.domain = domain
        }
    }

    /// One field of one group with a matcher for all its tests.
    struct Column {
        var slot: Int
        /// The number of its first test among all tests.
        var firstTest: Int
        var testCount: Int
    }

    /// What a step of a program looks at.
    enum Kind: UInt8 {
        /// Some value passes the test.
        case passes
        /// Some value does not pass the test.
        case differs
        case present
        case rawText
        /// There is a value, if only an empty one; there is an empty one; there is the field.
        case given, emptyText, exists
        case compare
    }

    /// The slot under which all scalar values of an event are read.
    public static let everyValueSlot = -1

    /// Two fields whose values are compared with each other.
    struct Comparison: Hashable {
        var left: Int
        var relation: FieldRelation
        var right: Int

        func holds(_ reading: some FieldReading) -> Bool { reading.holds(relation, left, right) }
    }

    struct Step {
        var kind: Kind
        var column: Int32
        /// Among all tests, or among all search terms.
        var test: Int32
        var whenTrue: Int32
        var whenFalse: Int32
    }

    /// A member in a group, with the step that its program begins with.
    struct Entrant {
        var member: Int32
        var start: Int32
    }

    struct Span {
        var start: Int32
        var count: Int32

        var indices: Range<Int> { Int(start)..<Int(start) + Int(count) }
    }

    struct Group {
        /// Columns that have triggers.
        var triggerColumns: Span
        /// Entrants without a trigger, in `always`.
        var always: Span
    }

    /// Patterns of one slot and the groups that they open.
    struct Gate {
        var slot: Int
        var matcher: Int32
        /// For each test of the matcher the group, from here on in `gateGroups`.
        var firstGroup: Int32
    }

    struct Domain {
        var index: Int
        var gates: Span
        /// The group of every event in the domain; -1 where there is none.
        var rest: Int32
    }

    static let holds: Int32 = -1
    static let fails: Int32 = -2

    let memberCount: Int
    let testCount: Int
    let columnCount: Int
    let matchers: [ValueMatcher]
    let comparisons: [Comparison]
    // SAFETY: allocated and filled in init, only read after, freed in deinit; every index in them was made by the
    // builder for the array that it goes into. The terms live as long as the set.
    nonisolated(unsafe) let columns: UnsafeMutableBufferPointer<Column>
    nonisolated(unsafe) let steps: UnsafeMutableBufferPointer<Step>
    nonisolated(unsafe) let terms: UnsafeMutableBufferPointer<Unmanaged<SearchTerm>>
    private let searchTerms: [SearchTerm]
    /// Where there are many terms.
    let termMatcher: TermMatcher?
    nonisolated(unsafe) let entrants: UnsafeMutableBufferPointer<Entrant>
    nonisolated(unsafe) let groups: UnsafeMutableBufferPointer<Group>
    nonisolated(unsafe) let triggerColumns: UnsafeMutableBufferPointer<Int32>
    nonisolated(unsafe) let always: UnsafeMutableBufferPointer<Int32>
    /// For each test the entrants that it triggers, in `triggered`.
    nonisolated(unsafe) let triggers: UnsafeMutableBufferPointer<Span>
    nonisolated(unsafe) let triggered: UnsafeMutableBufferPointer<Int32>
    nonisolated(unsafe) let gates: UnsafeMutableBufferPointer<Gate>
    nonisolated(unsafe) let gateGroups: UnsafeMutableBufferPointer<Int32>
    nonisolated(unsafe) let domains: UnsafeMutableBufferPointer<Domain>
    /// Where each domain is in `domains`, by its index; -1 for one that no member is asked of.
    nonisolated(unsafe) let domainPlaces: UnsafeMutableBufferPointer<Int32>
    /// Where the members are that every event is asked; -1 where there are none.
    let unboundDomain: Int32
    /// What became of it, for people.
    public let description: [GroupDescription]

    /// Members that are looked at together.
    public struct GroupDescription: Sendable {
        /// The domain that all members have; -1 for every event.
        public var domain: Int
        /// The slot and the pattern, in lower case, that open the gate; `nil` for those that every event is asked.
        public var gate: (slot: Int, pattern: [UInt8])?
        /// By their numbers.
        public var members: [Int]
        /// Those of the members that are evaluated for every event of the group, since no trigger can be found for them.
        public var withoutTrigger: [Int]
        /// The slots that are read for every event to see whether a trigger fires.
        public var triggerSlots: [Int]
        /// All slots that some member of the group tests.
        public var slots: [Int]
        /// The different tests of all members together: what several ask for counts once.
        public var testCount: Int
    }

    /// - Parameters:
    ///   - members: in the order in which they are numbered.
    ///   - gateSlots: fields whose text tells kinds of events apart, those first that tell them best: a predicate goes by
    ///     the first of these lists that it asks enough of. It does not matter for what is found.
    ///   - statistics: how frequent bytes are taken to be, for choosing triggers.
    /// - Complexity: about linear in all tests.
    public init(_ members: [Member], gateSlots: [[Int]] = [], statistics: ByteStatistics = .telemetry) {
        var builder = PredicateSetBuilder(gateSlots: gateSlots, statistics: statistics)
        builder.add(members)
        memberCount = members.count
        testCount = builder.testCount
        columnCount = builder.columns.count
        matchers = builder.matchers
        searchTerms = builder.rawPatterns.map { SearchTerm($0) }
        terms = Self.block(searchTerms.map { .passUnretained($0) })
        termMatcher = TermMatcher(searchTerms, statistics: statistics)
        comparisons = builder.comparisons
        columns = Self.block(builder.columns)
        steps = Self.block(builder.steps)
        entrants = Self.block(builder.entrants)
        groups = Self.block(builder.groups)
        triggerColumns = Self.block(builder.triggerColumns)
        always = Self.block(builder.always)
        triggers = Self.block(builder.triggers)
        triggered = Self.block(builder.triggered)
        gates = Self.block(builder.gates)
        gateGroups = Self.block(builder.gateGroups)
        domains = Self.block(builder.domains)
        var places = [Int32](repeating: -1, count: (builder.domains.map(\.index).max() ?? -1) + 1)
        for (place, domain) in builder.domains.enumerated() where domain.index >= 0 {
            places[domain.index] = Int32(place)
        }
        domainPlaces = Self.block(places)
        unboundDomain = builder.domains.firstIndex { $0.index < 0 }.map { Int32($0) } ?? -1
        description = builder.descriptions
    }

    deinit {
        columns.deallocate()
        terms.deallocate()
        steps.deallocate()
        entrants.deallocate()
        groups.deallocate()
        triggerColumns.deallocate()
        always.deallocate()
        triggers.deallocate()
        triggered.deallocate()
        gates.deallocate()
        gateGroups.deallocate()
        domains.deallocate()
        domainPlaces.deallocate()
    }

    private static func block<Element>(_ elements: [Element]) -> UnsafeMutableBufferPointer<Element> {
        let block = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
        _ = block.initialize(from: elements)
        return block
    }
}
