import CKernels
import Testing

@Suite("Choosing a table")
struct TableTests {
    @Test("Every table that can be had knows its name", arguments: allTables)
    func names(name: String) throws {
        #expect(String(cString: try kernels(name).name) == name)
    }

    @Test("An unknown name is refused and changes nothing")
    func unknownNames() {
        let before = trawl_kernels_get()
        #expect(trawl_kernels_named("mmx") == nil)
        #expect(trawl_kernels_named("") == nil)
        #expect(!trawl_kernels_select("mmx"))
        #expect(trawl_kernels_get() == before)
    }

    @Test("A selected table is the one in force")
    func selection() {
        let before = String(cString: trawl_kernels_get().pointee.name)
        for name in allTables {
            #expect(trawl_kernels_select(name))
            #expect(String(cString: trawl_kernels_get().pointee.name) == name)
        }
        #expect(trawl_kernels_select(before))
    }

    #if arch(x86_64)
        @Test("What every processor of the architecture has is always there")
        func baseline() { #expect(trawl_kernels_named("sse2") != nil) }
    #elseif arch(arm64)
        @Test("What every processor of the architecture has is always there")
        func baseline() { #expect(trawl_kernels_named("neon") != nil) }
    #endif

    @Test("Empty ranges may be null", arguments: allTables)
    func nullRanges(name: String) throws {
        let table = try kernels(name)
        #expect(table.count_newlines(nil, 0) == 0)
        var result = trawl_scan_result()
        table.scan(nil, 0, 0, nil, 0, nil, 0, nil, 0, &result)
        #expect(result.newlines == 0 && result.consumed == 0)
        var positions = [UInt32](repeating: 0, count: Int(TRAWL_JSON_PADDING))
        var flags: UInt32 = 0xffff
        #expect(table.json_index(nil, 0, &positions, &flags) == 0)
        #expect(flags == 0)
        var text: UInt8 = 0
        var consumed = 1
        #expect(table.json_unescape(nil, 0, &text, &consumed) == 0)
        #expect(consumed == 0)
        #expect(table.find(nil, 0, nil, 0) == 0)
        #expect(table.find_caseless(nil, 0, nil, nil, 0) == 0)
        #expect(table.find(nil, 0, [1], 1) == Int(bitPattern: UInt.max))
    }
}
