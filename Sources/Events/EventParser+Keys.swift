import Glibc

// Which entry of the layout a key has, also one that is written with escapes or spaces.
extension EventParser {
    /// The entry of a key in a node's table, or -1.
    func find(_ key: UnsafePointer<UInt8>, _ length: Int, available: Int, node: Int) -> Int {
        if hasEscapedKeys, memchr(key, 0x5C, length) != nil { return findEscaped(key, length, node: node) }
        let table = tables.nodes[node]
        guard length > 0 else { return -1 }
        let found = tables.find(table, key, length, available: available)
        if found >= 0 || !table.ignoresSpaces || memchr(key, 0x20, length) == nil { return found }
        squeezedKey.removeAll(keepingCapacity: true)
        for index in 0..<length where key[index] != 0x20 { squeezedKey.append(key[index]) }
        return findSqueezed(table)
    }

    /// The entry of a key that has lost its spaces.
    private func findSqueezed(_ table: KeyTable) -> Int {
        let found = findKept(table)
        return found >= 0 && tables.entries[found].keepsSpaces ? -1 : found
    }

    private func findKept(_ table: KeyTable) -> Int {
        squeezedKey.withUnsafeBufferPointer { key in
            guard let start = key.baseAddress, key.count > 0 else { return -1 }
            return tables.find(table, start, key.count, available: key.count)
        }
    }

    private func findEscaped(_ key: UnsafePointer<UInt8>, _ length: Int, node: Int) -> Int {
        squeezedKey.removeAll(keepingCapacity: true)
        JSONText.decode(UnsafeRawBufferPointer(start: key, count: length), into: &squeezedKey)
        let exact = findKept(tables.nodes[node])
        guard exact < 0, tables.nodes[node].ignoresSpaces, squeezedKey.contains(0x20) else { return exact }
        squeezedKey.removeAll { $0 == 0x20 }
        return findSqueezed(tables.nodes[node])
    }
}
