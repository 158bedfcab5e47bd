import CKernels
import Glibc

/// Parses one line at a time into the slots of a layout.
///
/// Two stages. A vector kernel finds the operators `{ } [ ] : ,` that stand outside strings and checks all that can be
/// checked side by side; the walk then goes from operator to operator, checks the grammar, and records where the wanted
/// values stand:
///
///     {"EventID":1,"Image":"C:\\a.exe"}
///     ^         ^ ^       ^           ^     operators, the only places the walk visits
///
/// Between two operators there is at most one token, so a key is what stands before a colon and a value what stands
/// behind it. A line whose order of keys is a known one is compared with its `LineTemplate` in place of the walk. One parser
/// belongs to one worker; nothing is allocated for an event once its buffers have grown.
public final class EventParser {
    static let padding = Int(TRAWL_JSON_PADDING)
    /// How deep objects and arrays may be nested.
    public static let depthLimit = 1024

    let tables: EventTables

    // SAFETY: these buffers are allocated here with the counts beside them and freed in deinit. They are no arrays
    // because every access to an array in a class is checked for exclusivity and uniqueness, which costs a third of the time.
    @usableFromInline let values: UnsafeMutablePointer<EventValue>
    @usableFromInline let current: UnsafeMutablePointer<Current>
    let memberTails: UnsafeMutablePointer<UInt32>
    let nodeStamps: UnsafeMutablePointer<UInt32>
    var positions: UnsafeMutablePointer<UInt32>
    var positionCapacity: Int
    let frames: UnsafeMutablePointer<Frame>
    let questions: UnsafeMutablePointer<Questions>
    let recorded: UnsafeMutablePointer<RecordedSlots>
    let parts: UnsafeMutablePointer<EventForms.Part>
    /// The orders of keys that were seen before; `nil` where every event is walked.
    let templates: LineTemplates?
    /// The order of keys that the event at hand has, where it is a known one and nothing beside the line adds to it.
    // SAFETY: templates live until the parser learns another one, which it does only when the next line is parsed.
    var template: Unmanaged<LineTemplate>?
    /// The one that the line follows, whatever adds to it.
    var followed: Unmanaged<LineTemplate>?
    let forms = EventForms()

    /// Whether the line may hold an event or data beside those that its keys tell.
    var mayOpen = true
    /// Whether it may hold JSON in one of the tables' columns, and in which; `nil` for any of them.
    var mayHoldColumns = true
    var columnsAtHand: UnsafeBufferPointer<Int>?
    /// Whether what stands in the line counts before what the text in it says.
    public internal(set) var keepsOuter = true

    /// Members of arrays after the first; index 0 is never used.
    var members: [EventValue] = [EventValue()]
    var hasMembers = false

    /// The decoded text that an event stands in, from where it begins.
    var inner: [UInt8] = []
    /// The slot of that text, what it holds, and whether that could be read to its end.
    var opened = (slot: -1, content: RawContent.none, isIntact: true)
    /// The decoded texts of columns, each as an object of the one member that it is.
    var columnText: [UInt8] = []
    var squeezedKey: [UInt8] = []
    var base = EventValue.Base.line
    var isAppending = 0
    var hasBackslash = false
    /// Whether a wanted key may be written with escapes.
    var hasEscapedKeys = false
    /// Whether the line may hold an escape of the form `\u`.
    public internal(set) var hasUnicodeEscapes = false

    /// Where the event's own object begins in the line, and in the JSON of `_raw` where there is one.
    var root = 0
    var innerRoot: Int?
    /// Where the object stands that is the event, in a line that says more.
    var openedObject: Range<Int>?
    /// What the event stood in, where that is an envelope.
    var envelope: Envelope?
    /// Whether the event is wrapped in an object that says of it where it comes from. Asked of every line, and so held apart:
    /// the envelope itself is large.
    public internal(set) var isEnclosed = false

    /// The key of the object that the event stood in: `result`, `_source`.
    public internal(set) var wrapper: Wrapper {
        get { current.pointee.wrapper }
        set { current.pointee.wrapper = newValue }
    }

    /// The key under which the event's own object stands: `result` or `_source`; `none` where the line is the event itself.
    public enum Wrapper: Sendable {
        case none, result, source
    }

    /// The event at hand.
    @usableFromInline
    struct Current {
        /// Its number; values with another one are left over from events before.
        @usableFromInline var stamp: UInt32 = 0
        @usableFromInline var line = UnsafeRawBufferPointer(start: nil, count: 0)
        @usableFromInline var wrapper = Wrapper.none
        /// Of the line that is about to be parsed.
        var index = trawl_json_line()
        /// Whether it is noted what is asked of the event.
        @usableFromInline var isNoted = false
        /// How many operators the line has.
        var operatorCount = 0
    }

    var operatorCount: Int { current.pointee.operatorCount }

    var stamp: UInt32 {
        @inline(__always) get { current.pointee.stamp }
        @inline(__always) set { current.pointee.stamp = newValue }
    }

    var line: UnsafeRawBufferPointer { current.pointee.line }

    /// What holds inside an object or array.
    struct Frame {
        /// The node of an object, or of the objects in an array; -1 where nothing is wanted.
        var node: Int32 = -1
        /// The slot of the scalars in an array, or -1.
        var memberSlot: Int32 = -1
        /// Another slot that has them, too, or -1.
        var secondSlot: Int32 = -1
        var isObject: Bool
        /// Whether what is found below adds to what is there.
        var appends = false
        var isRoot = false
    }

    /// With `skipsMembers` false, every member of every event is walked: the same found more slowly.
    convenience init(layout: EventLayout, skipsMembers: Bool) {
        self.init(EventTables(layout: layout, skipsMembers: skipsMembers), usesTemplates: skipsMembers)
    }

    /// A parser that shares its tables, which it only reads, with others.
    public convenience init(_ tables: EventTables) {
        self.init(tables, usesTemplates: true)
    }

    private init(_ tables: EventTables, usesTemplates: Bool) {
        self.tables = tables
        templates = usesTemplates ? LineTemplates() : nil
        let slotCount = max(1, tables.slotCount)
        values = .allocate(capacity: slotCount)
        values.initialize(repeating: EventValue(), count: slotCount)
        current = .allocate(capacity: 1)
        current.initialize(to: Current())
        positionCapacity = 16 << 10
        positions = .allocate(capacity: positionCapacity)
        frames = .allocate(capacity: Self.depthLimit + 1)
        memberTails = .allocate(capacity: slotCount)
        memberTails.initialize(repeating: 0, count: slotCount)
        nodeStamps = .allocate(capacity: tables.nodeCount)
        nodeStamps.initialize(repeating: 0, count: tables.nodeCount)
        questions = .allocate(capacity: 1)
        questions.initialize(to: Questions(slotCount: slotCount))
        recorded = .allocate(capacity: 1)
        recorded.initialize(to: RecordedSlots(slotCount: slotCount))
        parts = .allocate(capacity: EventForms.partLimit)
    }

    deinit {
        values.deallocate()
        current.deallocate()
        positions.deallocate()
        frames.deallocate()
        memberTails.deallocate()
        nodeStamps.deallocate()
        questions.pointee.deallocate()
        questions.deallocate()
        recorded.pointee.deallocate()
        recorded.deallocate()
        parts.deallocate()
    }

    /// Parses a line without its end; `nil` when it is an event, else why it is none.
    ///
    /// The values found stay valid until the next call, as long as the line's bytes do.
    public func parse(_ line: UnsafeRawBufferPointer) -> MalformedReason? {
        parse(line, index: nil)
    }

    /// Finds the structure of the line that a text begins with, and where the line ends: in one pass over its bytes.
    ///
    /// Returns the line's length without its line feed. ``parseIndexed(_:)`` then does the rest; it must be the next
    /// call. `nil` where the line has too many operators for that.
    @inline(__always)
    public func index(lineFrom text: UnsafeRawBufferPointer) -> Int? {
        guard let bytes = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
        // SAFETY: the kernel reads within the text and writes within the capacity only.
        tables.kernels.pointee.json_index_line(
            bytes, min(text.count, Int(UInt32.max)), positions, positionCapacity, &current.pointee.index)
        let length = current.pointee.index.length
        // Where the kernel gave up it is SIZE_MAX, which is negative here.
        return length >= 0 && length <= text.count ? length : nil
    }

    /// Parses the line that ``index(lineFrom:)`` was called for.
    public func parseIndexed(_ line: UnsafeRawBufferPointer) -> MalformedReason? {
        parse(line, index: current.pointee.index)
    }

    @inline(__always)
    private func parse(_ line: UnsafeRawBufferPointer, index: trawl_json_line?) -> MalformedReason? {
        current.pointee.line = line
        beginEvent()
        base = .line
        if let reason = walk(line, index: index) { return reason }
        if mayOpen { openEvents(line) }
        if mayHoldColumns { openColumns() }
        return nil
    }

    /// Reads what the line may hold beside what its keys tell.
    @inline(never)
    private func openEvents(_ line: UnsafeRawBufferPointer) {
        if let eventSlot = tables.eventSlot, values[eventSlot].stamp == stamp, wrapper == .none,
            let bytes = line.baseAddress?.assumingMemoryBound(to: UInt8.self)
        {
            openEnvelope(bytes, line.count)
        }
        openTexts()
        readNamedData()
        if opened.slot >= 0 || isEnclosed { (mayHoldColumns, columnsAtHand) = (true, nil) }
    }

    /// Forgets what was recorded so far.
    func advance() {
        stamp &+= 1
        guard stamp == 0 else { return }
        // The stamps have wrapped around: forget all of them once in four thousand million events.
        for slot in 0..<tables.slotCount { values[slot].stamp = 0 }
        for node in 0..<tables.nodeCount { nodeStamps[node] = 0 }
        stamp = 1
    }

    private func beginEvent() {
        advance()
        if hasMembers {
            members.removeSubrange(1...)
            hasMembers = false
        }
        wrapper = .none
        hasUnicodeEscapes = false
        isAppending = 0
        root = 0
        innerRoot = nil
        if openedObject != nil { openedObject = nil }
        if isEnclosed { (envelope, isEnclosed) = (nil, false) }
        template = nil
        followed = nil
        recorded.pointee.begin()
        mayOpen = true
        (mayHoldColumns, columnsAtHand) = (true, nil)
        keepsOuter = true
        opened = (-1, .none, true)
    }
}
