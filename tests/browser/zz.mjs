import { launch } from "./setup.mjs";
import { readdirSync, readFileSync } from "node:fs";
const [look,w,cols,dir="/tmp/shots",...names]=process.argv.slice(2);
const all=readdirSync(dir).filter(f=>f.endsWith(`-${look}.png`)&&(!names.length||names.some(n=>f.startsWith(n))));
const b=await launch(); const p=await b.newPage({viewport:{width:w*cols+20,height:800}});
const per=+cols*(look==="phone"?1:2);
for(let i=0;i<all.length;i+=per){
 const part=all.slice(i,i+per);
 await p.setContent(`<body style="margin:0;background:#888;display:grid;grid-template-columns:repeat(${cols},${w}px);gap:6px;align-items:start">`+part.map(f=>`<div><b>${f}</b><br><img style="width:${w}px;max-height:${look==="phone"?1500:780}px;object-fit:cover;object-position:top" src="data:image/png;base64,${readFileSync(dir+"/"+f).toString("base64")}"></div>`).join(""));
 await p.waitForTimeout(300);
 await p.screenshot({path:`/tmp/shots/sheet-${look}-${i/per}.png`,fullPage:true}); console.log(`/tmp/shots/sheet-${look}-${i/per}.png`,part.join(" "));
}
await b.close();
