extension EventLayout {
    /// The JSON of `evtx_dump`: the record's XML turned into objects, attributes in `#attributes`.
    ///
    /// In variant 1 `EventID` has attributes and so is an object with its number in `#text`.
    func evtxDump(_ template: EventTemplate, _ header: RecordHeader, variant: Int) -> PieceList {
        var writer = ObjectWriter()
        writer.object("Event") { event in
            event.object("#attributes") { $0.string("xmlns", TextTemplate(text: Self.namespace)) }
            event.object("System") { system in
                system.object("Provider") { provider in
                    provider.object("#attributes") {
                        $0.string("Name", TextTemplate(text: header.provider.name))
                        $0.string("Guid", TextTemplate(text: header.provider.guid))
                    }
                }
                if variant == 1 {
                    system.object("EventID") {
                        $0.object("#attributes") { $0.token("Qualifiers", "16384") }
                        $0.token("#text", TextTemplate(header.id))
                    }
                } else {
                    system.token("EventID", TextTemplate(header.id))
                }
                system.token("Version", TextTemplate(header.version))
                system.token("Level", TextTemplate(header.provider.isAudit ? 0 : 4))
                system.token("Task", TextTemplate(header.task))
                system.token("Opcode", TextTemplate(header.opcode))
                system.string("Keywords", TextTemplate(text: hexadecimal(header.keywords)))
                system.object("TimeCreated") {
                    $0.object("#attributes") { $0.string("SystemTime", "{created.micros}") }
                }
                system.token("EventRecordID", "{record}")
                system.token("Correlation", "null")
                system.object("Execution") {
                    $0.object("#attributes") {
                        $0.token("ProcessID", "{agent.pid}")
                        $0.token("ThreadID", "{thread}")
                    }
                }
                system.string("Channel", TextTemplate(text: header.provider.channel))
                system.string("Computer", "{host}")
                if header.provider.isAudit {
                    system.token("Security", "null")
                } else {
                    system.object("Security") { $0.object("#attributes") { $0.string("UserID", "S-1-5-18") } }
                }
            }
            event.object("EventData") { data in
                for field in template.fields { data.value(field.name, field.value) }
            }
        }
        return writer.finished()
    }

    /// The record's own XML, as the event log renders it.
    func xml(_ template: EventTemplate, _ header: RecordHeader) -> PieceList {
        var list = PieceList()
        func text(_ value: TextTemplate) { list.append(value, as: .xml) }
        list.append(literal: "<Event xmlns='\(Self.namespace)'><System><Provider Name='\(header.provider.name)'")
        list.append(literal: " Guid='{\(header.provider.guid)}'/><EventID>\(header.id)</EventID>")
        list.append(literal: "<Version>\(header.version)</Version><Level>\(header.provider.isAudit ? 0 : 4)</Level>")
        list.append(literal: "<Task>\(header.task)</Task><Opcode>\(header.opcode)</Opcode>")
        list.append(literal: "<Keywords>\(hexadecimal(header.keywords))</Keywords><TimeCreated SystemTime='")
        text("{created.nanos}")
        list.append(literal: "'/><EventRecordID>")
        text("{record}")
        list.append(literal: "</EventRecordID><Correlation/><Execution ProcessID='")
        text("{agent.pid}")
        list.append(literal: "' ThreadID='")
        text("{thread}")
        list.append(literal: "'/><Channel>\(header.provider.channel)</Channel><Computer>")
        text("{host}")
        list.append(
            literal: "</Computer><Security\(header.provider.isAudit ? "" : " UserID='S-1-5-18'")/></System><EventData>")
        for field in template.fields {
            list.append(literal: "<Data Name='\(field.name)'>")
            text(field.value)
            list.append(literal: "</Data>")
        }
        list.append(literal: "</EventData></Event>")
        return list
    }

    private func hexadecimal(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

    private static let namespace = "http://schemas.microsoft.com/win/2004/08/events/event"
}
