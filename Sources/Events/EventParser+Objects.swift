// The event that is an object in the line, under one of the keys that shippers have for what they have parsed
// (`EventLayout.eventObjects`):
//
//     {"@timestamp":"2024-05-01T10:00:00Z","host":{"name":"a"},"json":{"eventName":"StopLogging", ...}}
extension EventParser {
    /// Reads the event that a slot's object is; false where it is none.
    func openObject(_ slot: EventLayout.Slot) -> Bool {
        guard !isWindowsEvent, let bytes = line.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return false }
        let start = Int(values[slot].start)
        let text = UnsafeRawBufferPointer(rebasing: line[start...])
        guard beginsObject(text[...], isDecoded: true), slot != tables.schemaObject || !isOfSchema(text),
            let place = place(ofOperatorAt: start)
        else { return false }
        template = nil
        keepsOuter = false
        root = start
        openedObject = start..<start + JSONText.lengthOfContainer(text)
        _ = walk(bytes, line.count, from: place)
        return true
    }

    /// Whether a value is the event's own, and not of what a shipper has written around it.
    public func isInside(_ value: EventValue) -> Bool {
        value.base != .line || openedObject?.contains(Int(value.start)) == true
    }

    /// Whether an object has a member that the Elastic Common Schema has there.
    private func isOfSchema(_ object: UnsafeRawBufferPointer) -> Bool {
        var cursor = JSONCursor(text: object, base: .line, index: 1)
        while let member = cursor.member() {
            let key = cursor.written(member.key)
            if EventLayout.schemaObject.members.contains(where: { key.elementsEqual($0.utf8) }) { return true }
        }
        return false
    }

    /// The place among the line's operators of the one that stands at a place of the line.
    private func place(ofOperatorAt position: Int) -> Int? {
        var places = 0..<operatorCount
        while !places.isEmpty {
            let middle = places.lowerBound + places.count / 2
            let found = Int(positions[middle])
            if found == position { return middle }
            places = found < position ? middle + 1..<places.upperBound : places.lowerBound..<middle
        }
        return nil
    }
}
