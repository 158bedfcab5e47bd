// In which places the event at hand has values.
extension EventParser {
    /// The slots that values were recorded in for the line at hand, beside those of a template: each once.
    struct RecordedSlots {
        // SAFETY: allocated in init with one entry for each slot; the parser deallocates them. A slot is added once a line.
        private let lines: UnsafeMutablePointer<UInt32>
        private let slots: UnsafeMutablePointer<Int32>
        private let slotCount: Int
        private(set) var count = 0
        private var line: UInt32 = 0

        init(slotCount: Int) {
            self.slotCount = slotCount
            lines = .allocate(capacity: slotCount)
            lines.initialize(repeating: 0, count: slotCount)
            slots = .allocate(capacity: slotCount)
        }

        func deallocate() {
            lines.deallocate()
            slots.deallocate()
        }

        subscript(_ index: Int) -> Int { Int(slots[index]) }

        @inline(__always)
        mutating func begin() {
            count = 0
            line &+= 1
            if line == 0 {
                lines.update(repeating: 0, count: slotCount)
                line = 1
            }
        }

        @inline(__always)
        mutating func add(_ slot: Int) {
            guard lines[slot] != line else { return }
            lines[slot] = line
            slots[count] = Int32(truncatingIfNeeded: slot)
            count += 1
        }
    }

    /// The form of the event at hand; `nil` where it is not known.
    ///
    /// - Complexity: nothing to speak of where the line follows a template, else linear in the values.
    public func form() -> EventForms.Reference? {
        if let template, let form = template._withUnsafeGuaranteedRef({ $0.form }), forms.isKept(form) { return form }
        return findForm()
    }

    private func findForm() -> EventForms.Reference? {
        if let followed {
            // What the template tells was recorded without a list of it.
            followed._withUnsafeGuaranteedRef { followed in
                for place in 0..<followed.stepCount where followed.steps[place].slot >= 0 {
                    recorded.pointee.add(Int(followed.steps[place].slot))
                }
            }
        }
        var count = 0
        for index in 0..<recorded.pointee.count {
            let slot = recorded.pointee[index]
            guard let kind = partKind(in: slot) else { continue }
            guard count < EventForms.partLimit else { return nil }
            parts[count] = EventForms.Part(slot: Int32(truncatingIfNeeded: slot), kind: kind)
            count += 1
        }
        let found = UnsafeBufferPointer(start: UnsafePointer(parts), count: count)
        let form = forms.form(of: found, traits: traits) { partKind(in: Int($0.slot)) == $0.kind }
        template?._withUnsafeGuaranteedRef { $0.form = form }
        return form
    }

    /// What kind of value a slot has, as far as it matters to where fields are read from.
    private func partKind(in slot: Int) -> EventForms.Part.Kind? {
        let value = values[slot]
        guard value.stamp == stamp else { return nil }
        switch value.kind {
        case .string, .number, .trueLiteral, .falseLiteral, .null: return .scalar
        case .object: return holdsObject(value) ? .objects : .emptyObject
        case .array: return holdsObject(value) ? .objects : .otherArray
        }
    }

    /// What tells events apart beside the places of their values.
    private var traits: UInt8 {
        let content: UInt8 =
            switch rawContent {
            case .none: 0
            case .json: 1
            case .xml: 2
            case .text: 3
            }
        let wrapping: UInt8 =
            switch wrapper {
            case .none: 0
            case .result: 1
            case .source: 2
            }
        return content | wrapping << 2 | (isEnclosed ? 16 : 0) | (keepsOuter ? 32 : 0)
    }
}
