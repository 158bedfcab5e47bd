import Testing

@testable import SPL

@Suite("Macros")
struct MacroTests {
    private func expand(_ text: String, _ macros: MacroLibrary = MacroLibrary()) throws -> String {
        try MacroExpander.expand(text, with: macros).text.bytes.string
    }

    @Test("take their definition's place, and may call others")
    func nesting() throws {
        var macros = MacroLibrary()
        macros.define("shells", definition: "(`cmd` OR name=sh)")
        macros.define("cmd", definition: "name=cmd.exe")
        #expect(try expand("a `shells` b", macros) == "a (name=cmd.exe OR name=sh) b")
        #expect(try compile("a `shells`", macros).macros.map(\.name) == ["shells", "cmd"])
    }

    @Test("fill in arguments, quoted or not, with commas in quotation marks and parentheses")
    func arguments() throws {
        var macros = MacroLibrary()
        macros.define("between", arguments: ["low", "high"], definition: "x>$low$ x<$high$ y=$other$ z=$low$")
        #expect(try expand("`between(1, 2)`", macros) == "x>1 x<2 y=$other$ z=1")
        #expect(try expand("`between( \"1,5\" ,f(2,3) )`", macros) == "x>1,5 x<f(2,3) y=$other$ z=1,5")
    }

    @Test("take arguments by their names where a call names all of them")
    func namedArguments() throws {
        var macros = MacroLibrary()
        macros.define("between", arguments: ["low", "high"], definition: "x>$low$ x<$high$")
        macros.define("path", arguments: ["part"], definition: "/$part$/")
        #expect(try expand("`path(part=TM)`", macros) == "/TM/")
        #expect(try expand("`between(high=2, low = \"1,5\")`", macros) == "x>1,5 x<2")
        #expect(try expand("`path(other=TM)` `path(\"part=TM\")`", macros) == "/other=TM/ /part=TM/")
        #expect(try expand("`path(part==TM)`", macros) == "/part==TM/")
        #expect(try expand("`between(low=1, 2)`", macros) == "x>low=1 x<2")
        #expect(try expand("`between(low=1, low=2)`", macros) == "x>low=1 x<low=2")
    }

    @Test("are told apart by their number of arguments")
    func arity() throws {
        var macros = MacroLibrary()
        macros.define("m", definition: "none")
        macros.define("m", arguments: ["a"], definition: "one $a$")
        #expect(try expand("`m` `m(x)` `m()`", macros) == "none one x none")
        let error = try refusal("`m(1,2)`", macros)
        #expect(error.reason == .macro("m"))
        #expect(error.message.contains("0 or 1"))
    }

    @Test("that are undefined are named with their place")
    func undefined() throws {
        let error = try refusal("a=1 `nowhere(x)`")
        #expect(error.reason == .macro("nowhere"))
        #expect(error.column == 5)
    }

    @Test("that call ever more others are refused, though they come to no text")
    func manyCalls() throws {
        var macros = MacroLibrary()
        macros.define("m0", definition: "")
        for level in 1..<60 { macros.define("m\(level)", definition: "`m\(level - 1)``m\(level - 1)`") }
        let error = try refusal("`m59` a=1", macros)
        #expect(error.message.contains("10000 macros"))
        #expect(try expand("`m8` a", macros) == " a")
    }

    @Test("that call each other in a circle are named")
    func cycle() throws {
        var macros = MacroLibrary()
        macros.define("a", definition: "`b`")
        macros.define("b", definition: "x `c` y")
        macros.define("c", definition: "`b`")
        let error = try refusal("  `a`", macros)
        #expect(error.message.contains("b → c → b"))
        #expect(error.column == 3)
        macros.define("self", definition: "`self`")
        #expect(try refusal("`self`", macros).message.contains("self → self"))
    }

    @Test("may not nest without end or grow without measure")
    func limits() throws {
        var deep = MacroLibrary()
        for level in 0..<200 { deep.define("m\(level)", definition: "`m\(level + 1)`") }
        deep.define("m200", definition: "*")
        #expect(try refusal("`m0`", deep).message.contains("deeper"))
        #expect(try expand("`m110`", deep) == "*")

        var wide = MacroLibrary()
        wide.define("w0", definition: String(repeating: "0123456789", count: 100))
        for level in 1..<60 { wide.define("w\(level)", definition: "`w\(level - 1)``w\(level - 1)`") }
        #expect(try refusal("`w59`", wide).message.contains("bytes"))

        var arguments = MacroLibrary()
        arguments.define("g", arguments: ["x"], definition: String(repeating: "$x$", count: 100_000))
        let long = String(repeating: "y", count: 100_000)
        #expect(try refusal("`g(\(long))`", arguments).message.contains("bytes"))
    }

    @Test("leave strings and their backticks alone")
    func strings() throws {
        let text = #"a="`no`" | eval b=replace(c,"`","\"`\\")"#
        #expect(try expand(text) == text)
        #expect(try expand(#"a=*\"`process_powershell_filter`"#) == #"a=*\"search *"#)
    }

    @Test("give way to comments, which may hold anything")
    func comments() throws {
        #expect(try expand("a ```it's \"one\\ `b` | c``` d") == "a   d")
        #expect(try expand("a=\"```\" b") == "a=\"```\" b")
        let error = try refusal("a ```b")
        #expect(error.column == 3)
        #expect(error.message.contains("comment"))
    }

    @Test("that ship can be overridden")
    func builtIn() throws {
        #expect(try expand("`drop_dm_object_name(Processes)`") == "rename \"Processes.*\" as *")
        #expect(try expand("`drop_dm_object_name(\"Processes\")`") == "rename \"Processes.*\" as *")
        #expect(
            try expand("`security_content_summariesonly`")
                == "summariesonly=false allow_old_summaries=true fillnull_value=null")
        #expect(
            try expand("`security_content_ctime(firstTime)`")
                == "convert timeformat=\"%Y-%m-%dT%H:%M:%S\" ctime(firstTime)")
        var macros = MacroLibrary()
        macros.define("summariesonly_config", definition: "true")
        #expect(try expand("`security_content_summariesonly`", macros).hasPrefix("summariesonly=true "))
    }

    @Test("whose name ends in _filter let everything through until they are defined")
    func filters() throws {
        #expect(try expand("`anything_at_all_filter`") == "search *")
        var macros = MacroLibrary()
        macros.define("anything_filter", definition: "search user!=bob")
        #expect(try expand("`anything_filter`", macros) == "search user!=bob")
        #expect(try refusal("`anything_filter(x)`").reason == .macro("anything_filter"))
        #expect(try refusal("`_filter`").reason == .macro("_filter"))
    }

    @Test("that are not closed, or have no name, are refused")
    func malformed() throws {
        #expect(try refusal("a `b").message.contains("not closed"))
        #expect(try refusal("a `` b").column == 3)
        #expect(try refusal("`m(x`").message.contains("arguments"))
    }
}
