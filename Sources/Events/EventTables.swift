import CKernels
import Glibc

/// A layout made ready for parsers, which share it: key tables of all nodes in one block.
public final class EventTables: @unchecked Sendable {
    struct Column {
        var slot: EventLayout.Slot
        /// Whether the column has another name than what it holds.
        var isMoved: Bool
        var opening: [UInt8]
    }

    static let errorFlags = UInt32(
        TRAWL_JSON_CONTROL_IN_STRING | TRAWL_JSON_UNTERMINATED | TRAWL_JSON_BAD_ESCAPE | TRAWL_JSON_BAD_TOKEN)

    let kernels: UnsafePointer<trawl_kernels>
    let slotCount: Int
    let nodeCount: Int
    /// The slot of `_raw`, which holds an event of its own in Splunk's exports.
    let rawSlot: EventLayout.Slot?
    /// The slot of what may be an event in an envelope, and those of what stands beside it there.
    let eventSlot: EventLayout.Slot?
    let metadataSlots: [EventLayout.Slot?]
    /// The slots of texts that may hold the data of a Windows event, their keys, and the nodes of the objects that may stand in
    /// their places.
    let dataTexts: [(slot: EventLayout.Slot, key: [UInt8], node: Int32)]
    /// The texts that may be events of their own, where the line has no `_raw`.
    let eventTexts: [(slot: EventLayout.Slot, isSecond: Bool, isPart: Bool, completesHeader: Bool)]
    /// The objects that may be the event.
    let eventObjects: [EventLayout.Slot]
    /// Of them, the one of the Elastic Common Schema.
    let schemaObject: EventLayout.Slot?
    /// By these a line is a Windows event itself.
    let windowsIdentifiers: [EventLayout.Slot]
    /// Of ``EventLayout/labelledMarks``; where a message is opened for its labels, the one by which it is known is that of the
    /// text that was opened.
    let labelledSlots: [EventLayout.Slot]
    /// Of ``EventLayout/unlabelledMark``.
    let unlabelledSlot: EventLayout.Slot?
    /// Of ``EventLayout/shellMark``.
    let shellSlot: EventLayout.Slot?
    /// Where the data of a Windows event may stand in a list, or alone, and the node of the object that has them under their names.
    let namedData: [(slot: EventLayout.Slot, node: Int, mayBeAlone: Bool)]
    /// Columns whose text may be JSON of which something is wanted, and how their member is written in JSON.
    let columns: [Column]
    private let columnOfSlot: [Int32: Int]
    /// Slots in which a text, or an object, is looked into once the line is read.
    private let openedTexts: Set<Int32>
    private let openedArrays: Set<Int32>
    private let openedObjects: Set<Int32>
    let slotsBelow: [[Int32]]
    /// Whether some wanted key holds a byte that only an escape can write in JSON.
    let hasUnusualKeys: Bool
    // SAFETY: written in init only and never changed after, so that workers may share them; freed in deinit.
    let nodes: UnsafeMutablePointer<KeyTable>
    let entries: UnsafeMutablePointer<KeyTable.Entry>
    private let pool: UnsafeMutablePointer<UInt8>
    /// One for no node, which nothing passes, then one for each node.
    private let filters: UnsafeMutablePointer<UInt64>

    /// - Complexity: linear in the paths, times their depth.
    public convenience init(layout: EventLayout) { self.init(layout: layout, skipsMembers: true) }

    /// With `skipsMembers` false every key is searched for: the same found more slowly.
    init(layout: EventLayout, skipsMembers: Bool) {
        kernels = trawl_kernels_get()
        slotCount = layout.slotCount
        nodeCount = layout.nodes.count
        rawSlot = layout.existingSlot(for: "_raw")
        eventSlot = layout.existingSlot(for: EventLayout.enclosedEvent)
        metadataSlots = EventParser.Envelope.metadata.map { layout.existingSlot(for: $0.field) }
        dataTexts = EventLayout.dataTexts.compactMap { key in
            layout.existingSlot(for: key).map { ($0, Array(key.utf8), layout.node(ofKey: key)) }
        }
        eventTexts = EventLayout.eventTexts.compactMap { text in
            layout.existingSlot(for: text.path).map { ($0, text.isSecond, text.isPart, text.completesHeader) }
        }
        eventObjects = EventLayout.eventObjects.compactMap { layout.existingSlot(for: $0) }
        schemaObject = layout.existingSlot(for: EventLayout.schemaObject.key)
        labelledSlots = EventLayout.labelledMarks.compactMap { layout.existingSlot(for: $0) }
        shellSlot = layout.existingSlot(for: EventLayout.shellMark)
        unlabelledSlot = layout.existingSlot(for: EventLayout.unlabelledMark)
        windowsIdentifiers = EventLayout.windowsIdentifiers.compactMap { layout.existingSlot(for: $0) }
        namedData = EventLayout.namedDataParents.flatMap { parent in
            guard let node = layout.node(ofPath: parent) else { return [(slot: Int, node: Int, mayBeAlone: Bool)]() }
            let list = layout.existingSlot(for: parent + "." + EventLayout.namedDataKey).map { ($0, node, true) }
            return [list, layout.existingSlot(for: parent).map { ($0, node, false) }].compactMap(\.self)
        }
        columns = EventLayout.columns.compactMap { column in
            guard layout.isWanted(column), let slot = layout.existingSlot(for: column.key) else { return nil }
            return Column(slot: slot, isMoved: column.isMoved, opening: Array("{\"\(column.name)\":".utf8))
        }
        columnOfSlot = Dictionary(uniqueKeysWithValues: columns.enumerated().map { (Int32($1.slot), $0) })
        openedTexts = Set(
            ([rawSlot, eventSlot].compactMap(\.self) + dataTexts.map(\.slot) + eventTexts.map(\.slot) + labelledSlots)
                .map(Int32.init))
        openedArrays = Set((namedData.map(\.slot) + labelledSlots).map(Int32.init))
        openedObjects = Set(
            (namedData.filter(\.mayBeAlone).map(\.slot) + eventObjects + [eventSlot].compactMap(\.self)).map(Int32.init)
        )
        slotsBelow = layout.nodes.map(\.slotsBelow)
        nodes = .allocate(capacity: layout.nodes.count)
        filters = .allocate(capacity: (layout.nodes.count + 1) * KeyFilter.words)
        filters.initialize(repeating: 0, count: (layout.nodes.count + 1) * KeyFilter.words)
        if !skipsMembers { KeyFilter(bits: filters).insertAll() }
        let wanted = layout.wantedKeys()
        var places = 0
        for (index, (node, keys)) in zip(layout.nodes, wanted).enumerated() {
            let size = KeyTable.size(forKeys: keys.count)
            nodes[index] = KeyTable(
                start: places, mask: size - 1, anyNode: node.anyNode, ignoresSpaces: node.ignoresSpaces)
            places += size
        }
        // As large as they end up: to grow and be copied would touch three times the memory, which takes longer than to fill it.
        entries = .allocate(capacity: places)
        entries.initialize(repeating: KeyTable.Entry(), count: places)
        let length = wanted.reduce(0) { $1.reduce($0) { $0 + $1.key.count } }
        pool = .allocate(capacity: max(1, length))
        var filled = 0
        var unusual = false
        for (index, keys) in wanted.enumerated() {
            let filter = KeyFilter(bits: filters + (index + 1) * KeyFilter.words)
            if !skipsMembers { filter.insertAll() }
            for entry in keys {
                if entry.key.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C || $0 == 0x2F }) { unusual = true }
                filter.insert(entry.key)
                Self.insert(entry, into: entries + nodes[index].start, mask: nodes[index].mask, offset: filled)
                // SAFETY: the pool has room for all keys together, one behind the other.
                (pool + filled).initialize(from: entry.key, count: entry.key.count)
                filled += entry.key.count
            }
        }
        hasUnusualKeys = unusual
    }

    deinit {
        nodes.deallocate()
        entries.deallocate()
        pool.deallocate()
        filters.deallocate()
    }

    /// Whether an event that holds such a value in a slot has to be looked into once the line is read.
    func isOpened(_ slot: Int32, by operator: UInt8) -> Bool {
        switch `operator` {
        case UInt8(ascii: "{"): openedObjects.contains(slot)
        case UInt8(ascii: "["): openedArrays.contains(slot)
        default: openedTexts.contains(slot)
        }
    }

    /// The place of the column that such a value in a slot may be; `nil` where it holds no JSON that is looked into.
    func column(_ slot: Int32, by operator: UInt8) -> Int? {
        let opens = `operator` == UInt8(ascii: "{") || `operator` == UInt8(ascii: "[")
        return columnOfSlot[slot].flatMap { !opens || columns[$0].isMoved ? $0 : nil }
    }

    /// What the keys in an object of this node (-1: of none) are sifted by.
    @inline(__always)
    func filter(ofNode node: Int32) -> KeyFilter {
        KeyFilter(bits: filters + (Int(node) + 1) * KeyFilter.words)
    }

    // SAFETY: a table has `mask + 1` places, some of them free, and its own pointer is written while nobody else has it.
    private static func insert(
        _ entry: EventLayout.Entry, into table: UnsafeMutablePointer<KeyTable.Entry>, mask: Int, offset: Int
    ) {
        let prefix = entry.key.withUnsafeBufferPointer { key in
            key.baseAddress.map { KeyTable.prefix($0, length: key.count, available: key.count) } ?? 0
        }
        var place = KeyTable.hash(prefix: prefix, length: entry.key.count) & mask
        while table[place].isUsed { place = (place + 1) & mask }
        table[place] = KeyTable.Entry(entry, prefix: prefix, offset: offset)
    }

    /// The place of a key's entry, or -1.
    @inline(__always)
    func find(_ table: KeyTable, _ key: UnsafePointer<UInt8>, _ length: Int, available: Int) -> Int {
        let prefix = KeyTable.prefix(key, length: length, available: available)
        var place = KeyTable.hash(prefix: prefix, length: length) & table.mask
        while true {
            let entry = entries + (table.start + place)
            guard entry.pointee.isUsed else { return -1 }
            if entry.pointee.prefix == prefix, entry.pointee.length == length,
                // SAFETY: the pool holds `length` bytes from `offset` on, the key at least as many.
                length <= 8 || memcmp(pool + Int(entry.pointee.offset) + 8, key + 8, length - 8) == 0
            {
                return table.start + place
            }
            place = (place + 1) & table.mask
        }
    }

    /// The entry of a path given whole with dots, from the top; -1 where none is wanted.
    func findPath(_ path: UnsafeRawBufferPointer) -> Int {
        guard let start = path.baseAddress?.assumingMemoryBound(to: UInt8.self), path.count > 0 else { return -1 }
        return find(nodes[0], start, path.count, available: path.count)
    }
}
