// The unit's case: a box that holds the computer and a lid that holds the camera on its side.
// x, y: the Raspberry Pi's own axes from the corner beside its USB-C socket; in use +y is up and +z looks at the runner.
//   openscad -D 'part="box"' -D computer=5 -o box.stl unit.scad
include <common.scad>

part = "box";         // box, lid
computer = 5;         // 5 or 4: where its network and USB sockets are
camera = "module3";   // module3 (also Wide) or global_shutter
depth = 50;           // inside, from the floor to the lid

board = [85, 56, 1.4];
board_holes = [58, 49];
board_hole_from_edge = 3.5;
standoff = 6;

low = [-4, -2];       // of the inside
high = [89, 60];
middle = (low + high) / 2;
height = plate + depth;
board_z = plate + standoff + board[2];

sockets = computer == 5 ? [[10.2, 17], [29.1, 15.4], [47, 15.4]] : [[9, 15.4], [27, 15.4], [45.75, 17]];
mount_holes = 34;     // square, of the plate with the hinge
lid_lugs = [14, 44];

// The lens is in the middle of the lid. A module's holes from its lens, as the module lies in the lid: its cable leaves
// towards +x, which is turned clockwise by 90 degrees seen from behind.
lens = middle;
module_holes = camera == "module3"
    ? [[0, -10.5], [0, 10.5], [-12.5, -10.5], [-12.5, 10.5]]
    : [[-15, -15], [-15, 15], [15, -15], [15, 15]];
module_post = camera == "module3" ? [4.6, m2_pilot, 4] : [5.2, m25_pilot, 6]; // diameter, pilot, height
status_led = [78, 51];

module board_at() {
    for (x = [0, board_holes[0]], y = [0, board_holes[1]])
        translate([board_hole_from_edge + x, board_hole_from_edge + y, plate]) children();
}

module slots(xs, z, long) {
    for (x = xs) translate([x, 0, z]) cube([3, wall + 2 * eps, long]);
}

module unit_box() {
    difference() {
        translate([low[0] - wall, low[1] - wall, 0])
            rounded([high[0] - low[0] + 2 * wall, high[1] - low[1] + 2 * wall, height], 4);
        translate([low[0], low[1], plate]) rounded([high[0] - low[0], high[1] - low[1], height], 1.6);

        // USB-C and its plug's sleeve
        translate([11.2 - 7, low[1] - wall - eps, board_z - 3]) cube([14, wall + 2 * eps, 9.5]);
        // network and USB
        for (s = sockets) translate([high[0] - eps, s[0] - s[1] / 2, board_z - 0.5]) cube([wall + 2 * eps, s[1], 17.5]);
        // cue bar
        translate([72, low[1], height - 13]) de9_cut(wall);
        // air, in at the bottom and out at the top
        translate([0, low[1] - wall - eps, 0]) slots([22 : 7 : 50], 12, 24);
        translate([0, high[1] - eps, 0]) slots([6 : 7 : 78], 12, 28);
        // lid's screws
        for (x = [low[0] - wall - eps, high[0] - eps], y = lid_lugs)
            translate([x, y, height - 6]) rotate([0, 90, 0]) cylinder(d = m3_free, h = wall + 2 * eps);
        // plate with the hinge
        for (x = [-1, 1], y = [-1, 1])
            translate([middle[0] + x * mount_holes / 2, middle[1] + y * mount_holes / 2, -eps])
                cylinder(d = m3_free, h = plate + 2 * eps);
    }
    board_at() difference() {
        translate([0, 0, -eps]) cylinder(d = 6, h = standoff + eps);
        cylinder(d = m25_pilot, h = standoff + eps);
    }
}

// Printed with its outside down: z = 0 is the outside and +z goes into the case, so that x is mirrored.
module unit_lid() {
    mirror([1, 0, 0]) difference() {
        union() {
            translate([low[0] - wall, low[1] - wall, 0])
                rounded([high[0] - low[0] + 2 * wall, high[1] - low[1] + 2 * wall, plate], 4);
            for (h = module_holes) translate([lens[0] + h[0], lens[1] + h[1], plate - eps])
                cylinder(d = module_post[0], h = module_post[2] + eps);
            for (x = [low[0] + gap, high[0] - gap - 6], y = lid_lugs) translate([x, y - 5, plate - eps])
                cube([6, 10, 11]);
        }
        translate([lens[0], lens[1], -eps])
            if (camera == "module3") {
                translate([-6.5, -6.5, 0]) cube([13, 13, plate + 2 * eps]);
                cylinder(d1 = 13 + 2 * plate, d2 = 13, h = plate);
            } else cylinder(d = 37, h = plate + 2 * eps);
        for (h = module_holes) translate([lens[0] + h[0], lens[1] + h[1], 1.2])
            cylinder(d = module_post[1], h = plate + module_post[2]);
        for (x = [low[0], high[0] - 7], y = lid_lugs) translate([x, y, plate + 6]) rotate([0, 90, 0])
            cylinder(d = m3_pilot, h = 7);
        translate([status_led[0], status_led[1], -eps]) cylinder(d = 5.2, h = plate + 2 * eps);
        // this way up
        translate([middle[0], high[1] - 4, -eps]) linear_extrude(0.6) polygon([[-5, -4], [5, -4], [0, 3]]);
    }
}

if (part == "box") unit_box();
if (part == "lid") unit_lid();
