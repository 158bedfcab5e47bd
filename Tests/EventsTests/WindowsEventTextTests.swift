import Testing

@testable import Events

@Suite("The text of a Windows event")
struct WindowsEventTextTests {
    private func fields(_ text: String) -> [String]? {
        Array(text.utf8).withUnsafeBytes { bytes in
            guard var event = WindowsEventText(bytes) else { return nil }
            var found: [String] = []
            event.read { name, value, isSeveral in
                let value = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[value]), as: UTF8.self)
                found.append(String(decoding: name, as: UTF8.self) + (isSeveral ? "+=" : "=") + value)
            }
            return found
        }
    }

    private func labels(_ message: String) -> [String] {
        fields("LogName=X\nMessage=Title: of the message\n" + message)?.filter { $0.contains("+=") } ?? []
    }

    @Test("begins with a date, has a pair a line, and the message to its end")
    func header() {
        let text = " 03/05/2024 01:02:03 PM\r\nLogName=Security\r\nEventCode=1\r\nOpCode=\r\nMessage=Done.\nA=b\n\n"
        #expect(
            fields(text) == [
                "_time=03/05/2024 01:02:03 PM", "LogName=Security", "EventCode=1", "OpCode=", "Message=Done.\nA=b",
            ])
    }

    @Test(
        "is told by the name of its log at the start of a line",
        arguments: ["", "x LogName=Y", "type=LogName=Y", "a\n LogName=Y"])
    func other(text: String) {
        #expect(fields(text) == nil)
    }

    @Test(
        "has a field for each label, and for each label of a section",
        arguments: [
            ("Account Name:\tann", ["Account_Name+=ann"]),
            ("\tPre-Authentication Type:\t 2 \r", ["Pre_Authentication_Type+=2"]),
            ("\tName (NTLM only):\t-", ["Name__NTLM_only_+=-"]),
            ("Subject:\r\n\tLogon ID:\t0x1\n", ["Subject_Logon_ID+=0x1", "Logon_ID+=0x1"]),
            ("A:\n\tx: 1\n\nB:\n\tx: 2", ["A_x+=1", "x+=1", "B_x+=2", "x+=2"]),
            ("A:\n\tx: 1\nlast: 2\n\ty: 3", ["A_x+=1", "x+=1", "last+=2", "y+=3"]),
            ("\tPath:\tC:\\a: b", ["Path+=C:\\a: b"]),
            ("No label here, C:\\x", []),
            ("\tEmpty:\t\t\n", []),
        ])
    func label(message: String, expected: [String]) {
        #expect(labels(message) == expected)
    }

    @Test("has one more value of a label in each line below it, until one is blank or begins at the margin")
    func values() {
        #expect(labels("Rights:\tA\n\t\tB\n\t\tC\n\n\t\tD") == ["Rights+=A", "Rights+=B", "Rights+=C"])
        #expect(labels("Rights:\n\t\tA\n\t\tB\nC\n\tD") == ["Rights+=A", "Rights+=B"])
        #expect(labels("S:\n\tRights:\t\n\t\tA") == ["S_Rights+=A", "Rights+=A"])
    }

    @Test("has XML whole, whatever its lines look like, and other brackets as they stand")
    func xml() {
        #expect(
            labels("Task:\t<?xml v='1'?>\n<T a='b'>\n <U>c: d</U>\n</T>\nnext: 1") == [
                "Task+=<?xml v='1'?>\n<T a='b'>\n <U>c: d</U>\n</T>", "next+=1",
            ])
        #expect(labels("Home:\t<value not set>\nnext: 1") == ["Home+=<value not set>", "next+=1"])
        #expect(labels("Home:\t<") == ["Home+=<"])
    }

    @Test("does not say in its message which event it is")
    func telling() {
        #expect(labels("EventCode: 7\nComputerName: x\nUser: ann") == ["User+=ann"])
        #expect(fields("LogName=X\nUser=y\nMessage=T\nUser: ann\n")?.prefix(1) == ["User+=ann"])
    }

    @Test("gives the slots of a layout all values, but what stands beside it first")
    func slots() {
        var layout = EventLayout()
        for path in ["_raw", "Account_Name", "User", "_time"] { _ = layout.slot(for: path) }
        let parser = EventParser(layout: layout)
        let raw =
            #"03/05/2024 01:02:03 AM\nLogName=X\nUser=h\nMessage=T\n\tAccount Name: a\n\tAccount Name: b\nUser: u"#
        let beside = ParsedLine.outcome(parser, Array(#"{"_raw":"\#(raw)","User":"z"}"#.utf8), paths: 4)
        #expect(beside.hasSuffix("1:string:a 1:string:b 2:string:z 3:string:03/05/2024 01:02:03 AM"), "\(beside)")
        let alone = ParsedLine.outcome(parser, Array(#"{"_raw":"\#(raw)"}"#.utf8), paths: 4)
        #expect(alone.hasSuffix("1:string:a 1:string:b 2:string:u 3:string:03/05/2024 01:02:03 AM"), "\(alone)")
    }
}
