import Events

// All scalar values of an event, for keywords: not the names, not what stands between values.
extension EventReader {
    /// Every scalar value of the event, as text: strings without their escapes, numbers as written, `true` and `false`; nested
    /// ones and members of arrays, too, and none that is empty.
    ///
    /// What `_raw` holds counts by its own values where it is JSON or XML (the text of each element and each attribute), else
    /// as a whole; as a whole, too, where a fault keeps its end from being read. In a wrapper (`result`, `_source`) only the
    /// event itself counts. Valid until the next event.
    ///
    /// - Complexity: linear in the event, the first time that it is asked for.
    public var scalars: FieldValues {
        parser.noteWhole()
        if hasScalars { return scalarValues }
        scalarValues = findScalars()
        hasScalars = true
        return scalarValues
    }

    private func findScalars() -> FieldValues {
        var values = FieldValues()
        let raw = parser.rawContent
        // The text of `_raw` does not count beside the values that were found in it, if they are all of them.
        let skipped = raw != .text && parser.isRawIntact ? parser.rawRange?.lowerBound : nil
        var scanner = parser.scalars
        while let value = scanner.next() {
            if let skipped, Int(value.start) == skipped { continue }
            values.append(parser.text(of: value, in: &arena), in: &arena)
        }
        guard raw == .json || raw == .xml else { return values }
        let text = parser.innerText(in: &arena)
        if raw == .json {
            var scanner = EventParser.scalars(ofRaw: text)
            while let value = scanner.next() { append(value, of: text, to: &values) }
        } else {
            var visitor = ScalarVisitor(reader: self, text: text, values: values)
            _ = XMLEventScanner.scan(text, visitor: &visitor)
            values = visitor.values
        }
        return values
    }

    fileprivate func append(_ value: EventValue, of text: UnsafeRawBufferPointer, to values: inout FieldValues) {
        let written = UnsafeRawBufferPointer(rebasing: text[Int(value.start)..<Int(value.start) + Int(value.length)])
        values.append(value.isEncoded ? JSONText.decode(written, in: &arena) : written, in: &arena)
    }

    fileprivate func appendXML(
        _ range: Range<Int>, of text: UnsafeRawBufferPointer, isEncoded: Bool, to values: inout FieldValues
    ) {
        let written = UnsafeRawBufferPointer(rebasing: text[range])
        let decoded = isEncoded ? XMLText.decode(written, in: &arena) : written
        if !decoded.isEmpty { values.append(decoded, in: &arena) }
    }

    private struct ScalarVisitor: XMLEventVisitor {
        // SAFETY: both outlive the scan that this is made for.
        unowned(unsafe) let reader: EventReader
        let text: UnsafeRawBufferPointer
        var values: FieldValues

        mutating func visit(path: UnsafeRawBufferPointer, value: Range<Int>, isEncoded: Bool) {
            reader.appendXML(value, of: text, isEncoded: isEncoded, to: &values)
        }
    }
}
